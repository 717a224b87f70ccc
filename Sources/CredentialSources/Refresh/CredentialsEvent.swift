/// An event of the credentials, for the metrics and the log; it holds no secret.
package enum CredentialsEvent: Sendable, Equatable {
    /// Loaded credentials are in use; `expiration` is in seconds since 1970, nil for credentials without an end.
    ///
    /// Of the key id there are the last four characters, by which an operator knows it. With `isExpired` they came
    /// past their end: the source itself has no newer ones.
    case refreshed(CredentialsSourceName, keyTail: String, expiration: Int64?, isExpired: Bool = false)
    /// A load failed. With `isExpired`, the credentials in use are past their end: an operator must act.
    case failed(CredentialsError, isExpired: Bool)
}

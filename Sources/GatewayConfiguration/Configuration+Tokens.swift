extension Configuration {
    /// The tokens of the gateway itself.
    package struct Tokens: Sendable, Equatable {
        package var session = SessionTokenSource.own
        /// The file of at least ``TokenKey/shortest`` bytes, taken as they are; nil: a random key for this process.
        package var keyFile: String?
        package var lifetime = Duration.seconds(3600)
    }
}

/// The source of the SyncSessionToken in a page.
package enum SessionTokenSource: String, CaseIterable, Sendable {
    /// The gateway. It exchanges the token for one of AWS when a write brings it back.
    case own
    /// AWS. Its token came with the page, and its life bounds the age of the page.
    case upstream
}

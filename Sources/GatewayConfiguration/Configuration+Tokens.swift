extension Configuration {
    /// The tokens that the gateway gives out itself.
    package struct Tokens: Sendable, Equatable {
        package var session = SessionTokenSource.own
        /// At least `TokenSealer.leastKey` bytes, taken as they are; nil: a random key for this process.
        package var keyFile: String?
        package var lifetime = Duration.seconds(3600)
    }
}

/// Whose SyncSessionToken a page carries.
package enum SessionTokenSource: String, CaseIterable, Sendable {
    /// The gateway's, exchanged for one of AWS's when it comes back with a write.
    case own
    /// AWS's as it came with the page, which bounds how old a page may be.
    case upstream
}

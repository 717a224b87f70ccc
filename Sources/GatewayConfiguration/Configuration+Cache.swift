extension Configuration {
    /// The cache: its size, and the times for which it serves.
    package struct Cache: Sendable, Equatable {
        /// The size in bytes; with 0, nothing is cached and reads still share their fetches.
        package var memory = 256 << 20
        package var fresh = Duration.seconds(5)
        package var staleWhileRevalidate = Duration.zero
        package var staleIfError = Duration.zero
        package var absent = Duration.seconds(2)
        package var identityCheck = Duration.seconds(60)
        package var pagination = Duration.seconds(60)
        package var listingTombstones = ListingTombstones.no
        package var tokens = Tokens()
        package var reads = Reads()
    }
}

/// The presence of removed records in a whole listing, which the service does not document.
package enum ListingTombstones: String, CaseIterable, Sendable {
    case no
    case yes
}

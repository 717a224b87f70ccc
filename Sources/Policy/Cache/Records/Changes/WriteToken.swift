package import CognitoSync

/// A write in flight, to be handed back with its outcome before its caller gets the response.
package struct WriteToken: Sendable, Hashable {
    package let scope: DatasetScope
    let start: Instant
    let stamp: Stamp
    /// The sync count that was cached when it was sent; the greatest number if none was.
    let cachedCount: Int64
    /// Whether no other write to the dataset was in flight when it was sent.
    let isAlone: Bool
    /// The number of writes to the dataset so far, this one included.
    let number: UInt64
}

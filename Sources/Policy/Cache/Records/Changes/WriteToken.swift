package import CognitoSync

/// A write in flight, to be handed back with its outcome before its caller gets the response.
package struct WriteToken: Sendable, Hashable {
    package let scope: DatasetScope
    let stamp: Stamp
    /// The sync count that was cached when it was sent; nil if none was.
    let cachedCount: Int64?
}

/// The reason for dropping what is cached before its time.
package enum Invalidation: String, Sendable, CaseIterable {
    /// A write through the gateway ended.
    case write
    /// A stream event does not continue the snapshot.
    case stream
    /// DeleteDataset, which invalidates the whole identity.
    case delete
    /// A response showed a newer sync count: another writer bypassed the gateway.
    case newer
    /// A response contradicts what was known: the dataset was remade, or the response cannot be ordered.
    case contradiction
    /// An operator asked for it.
    case purge
}

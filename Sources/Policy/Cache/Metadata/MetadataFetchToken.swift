/// A shared fetch in flight, to be handed back once.
package struct MetadataFetchToken: Sendable, Hashable {
    package let key: MetadataKey
    package let start: Instant
    let stamp: Stamp
    /// The generation of the runtime that sent it.
    let generation: UInt64
}

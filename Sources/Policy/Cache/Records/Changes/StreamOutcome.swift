/// The effect of a stream event, which tells of a change by another writer.
package enum StreamOutcome: String, Sendable, CaseIterable {
    /// The change continued the snapshot, and is part of it now.
    case merged
    /// The change was known.
    case known
    /// The change does not connect with the snapshot: the next read revalidates.
    case doubted
    /// Nothing is cached of the dataset.
    case unheld
}

/// What the cache made of a change that a stream told it.
package enum StreamOutcome: String, Sendable, CaseIterable {
    /// It continues what is held, and is held now.
    case merged
    /// What is held shows it already.
    case known
    /// It cannot be placed: the next read asks upstream.
    case doubted
    /// Nothing is held of the dataset.
    case unheld
}

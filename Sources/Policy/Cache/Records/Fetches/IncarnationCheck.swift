/// The finding on whether a dataset is still the incarnation in which its snapshot began.
package enum IncarnationCheck: Sendable, Equatable {
    /// Nothing showed it, and upstream was not asked for the date of the creation.
    case notChecked
    /// It is the same, and was created then; the JSON number as it was spelt.
    case same(creationDate: [UInt8])
    /// It is another, or nothing could tell.
    case doubtful
}

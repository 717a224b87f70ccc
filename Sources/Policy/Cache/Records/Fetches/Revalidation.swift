/// The result of a revalidation.
package enum Revalidation: Sendable, Equatable {
    case unchanged
    case changed
    case failed
}

/// The effect of a completed fetch, for those who waited for it.
package struct FetchResult: Sendable {
    /// Whether later reads are served from it.
    package var isStored = false
    /// A state from which those who waited may be served, whether it was stored or not.
    package var state: CachedState?
    /// Whether the reads have to be decided again: the response shows another incarnation, or might.
    package var mustAskAgain = false
    /// A state that may be served in place of a response that did not come.
    package var stale: CachedState?
    /// The result of a revalidation.
    package var revalidation: Revalidation?

    package init() {}
}

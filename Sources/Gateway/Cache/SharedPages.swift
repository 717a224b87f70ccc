import Policy
import Synchronization

/// The pages shared by all who wait for one fetch.
///
/// A thousand requests may want the same megabyte. It is rendered once, and all send the same bytes. The
/// number of pages is bounded: a page beyond it is rendered for its request alone. So is a page of another
/// generation than the first: its tokens may be of another key.
final class SharedPages: Sendable {
    private static let capacity = 16

    private struct State {
        var generation: UInt64?
        var pages: [PageKey: CachedPage] = [:]
    }

    private let state = Mutex(State())

    /// Returns the page of an earlier request, or the page that `render` makes; nil if it makes none.
    func page(for key: PageKey, generation: UInt64, render: () -> CachedPage?) -> CachedPage? {
        state.withLock { state in
            guard state.generation ?? generation == generation else { return render() }
            state.generation = generation
            if let page = state.pages[key] { return page }
            let page = render()
            if state.pages.count < Self.capacity { state.pages[key] = page }
            return page
        }
    }
}

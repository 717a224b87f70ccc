import Policy
import Synchronization

/// The pages shared by all who wait for one fetch.
///
/// A thousand requests may want the same megabyte. It is rendered once, and all send the same bytes. The
/// number of pages is bounded: a page beyond it is rendered for its request alone.
final class SharedPages: Sendable {
    private static let capacity = 16

    private let pages = Mutex<[PageKey: CachedPage]>([:])

    /// Returns the page of an earlier request, or the page that `render` makes; nil if it makes none.
    func page(for key: PageKey, render: () -> CachedPage?) -> CachedPage? {
        pages.withLock { pages in
            if let page = pages[key] { return page }
            let page = render()
            if pages.count < Self.capacity { pages[key] = page }
            return page
        }
    }
}

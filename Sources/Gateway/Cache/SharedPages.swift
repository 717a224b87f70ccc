import Policy
import Synchronization

/// The pages that those who waited for one call have been answered with.
///
/// A thousand of them may want the same megabyte: it is rendered once, and they hold the same bytes. Bounded; who asks
/// for one page too many gets it to itself.
final class SharedPages: Sendable {
    private static let most = 16

    private let pages = Mutex<[PageKey: CachedPage]>([:])

    /// The page of somebody before, or the one that `render` makes; nil if that makes none.
    func page(for key: PageKey, render: () -> CachedPage?) -> CachedPage? {
        pages.withLock { pages in
            if let page = pages[key] { return page }
            let page = render()
            if pages.count < Self.most { pages[key] = page }
            return page
        }
    }
}

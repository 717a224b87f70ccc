/// The rendered pages of a shard.
///
/// A dataset has at most one page of a key. Its bytes here are the sum of the costs of its pages.
struct PageStore<Page: Sendable>: Sendable {
    private var index = PageIndex()
    /// The pages, by handle; nil where a handle is not in use.
    private var pages: [Page?] = []

    var count: Int { index.count }

    subscript(_ page: Int) -> Page? { page < pages.count ? pages[page] : nil }

    func count(of dataset: Int) -> Int { index.count(of: dataset) }

    func bytes(of dataset: Int) -> Int { index.bytes(of: dataset) }

    @inline(__always)
    func find(_ key: PageKey, of dataset: Int) -> Int? { index.find(key, of: dataset) }

    /// Returns the moment at which the session token in a page has become too old.
    @inline(__always)
    func goodUntil(_ page: Int) -> Instant? { index.goodUntil(page) }

    /// Adds a page in place of the one of the same key; the oldest of the dataset make room.
    ///
    /// `most` is the maximum number of pages of the dataset, `allowance` the maximum of their bytes.
    ///
    /// - Returns: The handle; nil if the page alone takes more than the allowance.
    mutating func insert(
        _ page: Page,
        for key: PageKey,
        of dataset: Int,
        cost: Int,
        goodUntil: Instant,
        most: Int,
        allowance: Int
    ) -> Int? {
        let (cost, overflow) = max(0, cost).addingReportingOverflow(PageIndex.overhead)
        guard !overflow, cost <= allowance else { return nil }
        if let there = index.find(key, of: dataset) { remove(there) }
        while let oldest = index.oldest(of: dataset),
            index.count(of: dataset) >= most || index.bytes(of: dataset) + cost > allowance
        {
            remove(oldest)
        }
        let handle = index.insert(key, of: dataset, cost: cost, goodUntil: goodUntil)
        while pages.count <= handle { pages.append(nil) }
        pages[handle] = page
        return handle
    }

    mutating func removeAll(of dataset: Int) {
        while let oldest = index.oldest(of: dataset) { remove(oldest) }
    }

    private mutating func remove(_ page: Int) {
        index.remove(page)
        pages[page] = nil
    }
}

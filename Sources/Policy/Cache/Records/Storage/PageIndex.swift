/// The handles of the rendered pages of a shard: found by dataset and key, counted by dataset.
///
/// Knows the pages without holding them, so that its code is the same whatever a page is. A dataset is a handle here:
/// its pages are removed before that handle is used again.
struct PageIndex: Sendable {
    /// The parts of a key; the handle of the dataset is far cheaper to hash than its names.
    private struct ID: Hashable {
        let dataset: Int
        let since: Int64
        let maxResults: Int64?
        let cursor: PageCursor?

        @inline(__always)
        init(_ key: PageKey, of dataset: Int) {
            self.dataset = dataset
            since = key.since
            maxResults = key.maxResults
            cursor = key.cursor
        }
    }

    private struct Entry: Sendable {
        let id: ID
        let cost: Int
        let goodUntil: Instant
    }

    /// The pages of one dataset, oldest first.
    private struct Shelf: Sendable {
        var pages: [Int] = []
        var bytes = 0
    }

    /// The memory that a page takes beside its bytes.
    static let overhead = 640

    private var entries = Slab<Entry>()
    private var handles: [ID: Int] = [:]
    /// The pages of each dataset, by its handle.
    private var shelves: [Shelf] = []

    var count: Int { entries.count }

    @inline(__always)
    func find(_ key: PageKey, of dataset: Int) -> Int? { handles[ID(key, of: dataset)] }

    /// Returns the moment at which the session token in a page has become too old.
    @inline(__always)
    func goodUntil(_ page: Int) -> Instant? { entries[page]?.goodUntil }

    func count(of dataset: Int) -> Int { dataset < shelves.count ? shelves[dataset].pages.count : 0 }

    func bytes(of dataset: Int) -> Int { dataset < shelves.count ? shelves[dataset].bytes : 0 }

    func oldest(of dataset: Int) -> Int? { dataset < shelves.count ? shelves[dataset].pages.first : nil }

    /// Adds a page under a key that has none.
    mutating func insert(_ key: PageKey, of dataset: Int, cost: Int, goodUntil: Instant) -> Int {
        let id = ID(key, of: dataset)
        let page = entries.insert(Entry(id: id, cost: cost, goodUntil: goodUntil))
        handles[id] = page
        while shelves.count <= dataset { shelves.append(Shelf()) }
        shelves[dataset].pages.append(page)
        shelves[dataset].bytes += cost
        return page
    }

    mutating func remove(_ page: Int) {
        guard let entry = entries[page] else { return }
        handles[entry.id] = nil
        entries.remove(page)
        shelves[entry.id.dataset].pages.removeAll { $0 == page }
        shelves[entry.id.dataset].bytes -= entry.cost
    }
}

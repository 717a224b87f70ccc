/// The choice of the entry to evict when room is needed: S3-FIFO, by bytes.
///
/// - A new entry enters the small queue, a tenth of the room. Accessed more than once before it reaches the end, it
///   moves to the main queue. Otherwise it is evicted, and only its fingerprint is remembered.
/// - A remembered key that returns enters the main queue at once.
/// - In the main queue an entry lives as many rounds as it was accessed recently, three at most.
///
/// So a scan of keys that are never accessed again passes through the small queue alone.
///
/// Yang, Zhang, Qiu, Yue, Vigfusson: "FIFO queues are all you need for cache eviction", SOSP 2023. Entries are known
/// by small integer handles, which their owner chooses. Every event is O(1), `evict` amortised.
package struct S3FIFO: Sendable {
    private enum Home: Sendable { case nowhere, small, main }

    private struct Node: Sendable {
        var previous = -1
        var next = -1
        var cost = 0
        var fingerprint: UInt64 = 0
        var frequency: UInt8 = 0
        var home = Home.nowhere
    }

    /// A doubly linked list through the nodes: an entry can leave from the middle.
    private struct Queue: Sendable {
        private(set) var head = -1
        private(set) var tail = -1
        private(set) var count = 0
        var bytes = 0

        mutating func append(_ handle: Int, in nodes: inout [Node]) {
            nodes[handle].previous = tail
            nodes[handle].next = -1
            if tail >= 0 { nodes[tail].next = handle } else { head = handle }
            tail = handle
            bytes += nodes[handle].cost
            count += 1
        }

        mutating func remove(_ handle: Int, in nodes: inout [Node]) {
            let (previous, next) = (nodes[handle].previous, nodes[handle].next)
            if previous >= 0 { nodes[previous].next = next } else { head = next }
            if next >= 0 { nodes[next].previous = previous } else { tail = previous }
            bytes -= nodes[handle].cost
            count -= 1
        }
    }

    private var nodes: [Node] = []
    private var small = Queue()
    private var main = Queue()
    private var ghosts = GhostQueue()
    /// The bytes that the small queue may hold before it gives way.
    private var smallBytes: Int

    package init(bytes: Int) { smallBytes = bytes / 10 }

    package var bytes: Int { small.bytes + main.bytes }
    package var count: Int { small.count + main.count }
    package var ghostCount: Int { ghosts.count }

    /// Returns the cost of an entry; 0 for one that is not here.
    package func cost(of handle: Int) -> Int {
        handle < nodes.count && nodes[handle].home != .nowhere ? nodes[handle].cost : 0
    }

    package mutating func resize(bytes: Int) { smallBytes = bytes / 10 }

    /// Inserts an entry; one that is here already keeps its place and changes its cost.
    package mutating func insert(_ handle: Int, fingerprint: UInt64, cost: Int) {
        while nodes.count <= handle { nodes.append(Node()) }
        switch nodes[handle].home {
        case .small: small.bytes += cost - nodes[handle].cost
        case .main: main.bytes += cost - nodes[handle].cost
        case .nowhere:
            nodes[handle] = Node(cost: cost, fingerprint: fingerprint)
            append(handle, to: ghosts.remove(fingerprint) ? .main : .small)
        }
        nodes[handle].cost = cost
    }

    /// Records an access to an entry.
    package mutating func touch(_ handle: Int) {
        add(1, to: handle)
    }

    private mutating func add(_ touches: Int, to handle: Int) {
        let frequency = min(Self.mostTouches, Int(nodes[handle].frequency) + touches)
        nodes[handle].frequency = UInt8(truncatingIfNeeded: frequency)
    }

    /// Removes an entry that is no longer true.
    ///
    /// One that was accessed often is remembered: its next version does not have to prove itself again.
    package mutating func remove(_ handle: Int) {
        guard handle < nodes.count, nodes[handle].home != .nowhere else { return }
        if nodes[handle].home == .main || nodes[handle].frequency > 1 { remember(handle) }
        unlink(handle)
    }

    /// The maximum access count (2 bits in the paper).
    static let mostTouches = 3

    /// Chooses an entry and removes it.
    ///
    /// - Parameter touches: Returns how often an entry was accessed beside `touch`, and resets that count.
    /// - Returns: The entry; nil if there is none.
    package mutating func evict(touches: (Int) -> Int = { _ in 0 }) -> Int? {
        while count > 0 {
            if small.count > 0, small.bytes > smallBytes || main.count == 0 {
                let oldest = small.head
                unlink(oldest)
                add(touches(oldest), to: oldest)
                guard nodes[oldest].frequency > 1 else {
                    remember(oldest)
                    return oldest
                }
                nodes[oldest].frequency = 0
                append(oldest, to: .main)
            } else {
                let oldest = main.head
                unlink(oldest)
                add(touches(oldest), to: oldest)
                guard nodes[oldest].frequency > 0 else { return oldest }
                nodes[oldest].frequency -= 1
                append(oldest, to: .main)
            }
        }
        return nil
    }

    private mutating func remember(_ handle: Int) {
        ghosts.insert(nodes[handle].fingerprint, limit: max(64, count))
    }

    private mutating func append(_ handle: Int, to home: Home) {
        nodes[handle].home = home
        switch home {
        case .nowhere: break
        case .small: small.append(handle, in: &nodes)
        case .main: main.append(handle, in: &nodes)
        }
    }

    private mutating func unlink(_ handle: Int) {
        switch nodes[handle].home {
        case .nowhere: break
        case .small: small.remove(handle, in: &nodes)
        case .main: main.remove(handle, in: &nodes)
        }
        nodes[handle].home = .nowhere
    }
}

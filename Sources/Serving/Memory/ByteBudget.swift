import Synchronization

/// The bound on the bytes that all connections of a server hold together (`limits.bytes`).
///
/// It is charged for request bodies, from the end of their heads to the end of their requests. It is also
/// charged for responses until the system has them. A shared body is not charged: the cache counts it.
final class ByteBudget: Sendable {
    /// The bytes of a body or response that are free of charge: each connection may hold as many.
    ///
    /// Small requests and responses thus cost no atomic operation.
    static let free = 16 << 10

    private let most: Atomic<Int>
    private let charged = Atomic<Int>(0)

    init(limit: Int) { most = Atomic(max(0, limit)) }

    var limit: Int { most.load(ordering: .relaxed) }

    /// Changes the limit; what is charged beyond a lower one stays charged until it is released.
    func resize(to limit: Int) { most.store(max(0, limit), ordering: .relaxed) }

    /// The bytes that are charged now.
    var used: Int { charged.load(ordering: .relaxed) }

    /// Whether the next charge would be refused.
    var isExhausted: Bool { used >= limit }

    /// Charges bytes; returns false and charges nothing if they are more than are left.
    func charge(_ count: Int) -> Bool {
        var current = used
        while true {
            guard count <= limit - current else { return false }
            let (done, seen) = charged.weakCompareExchange(
                expected: current,
                desired: current + count,
                ordering: .relaxed
            )
            if done { return true }
            current = seen
        }
    }

    /// Charges bytes even beyond the limit.
    func overdraw(_ count: Int) { charged.wrappingAdd(count, ordering: .relaxed) }

    func release(_ count: Int) { charged.wrappingSubtract(count, ordering: .relaxed) }
}

import Synchronization

/// The bytes that one request or response is charged for, released when the last reference is dropped.
///
/// The task of a request holds the charge of its body too. A write whose caller hung up goes on, and its body
/// stays in memory as long.
final class ByteCharge: Sendable {
    private let budget: ByteBudget
    private let charged = Atomic<Int>(0)

    init(_ budget: ByteBudget) { self.budget = budget }

    /// Charges the bytes that `total` is above the charge so far; returns false if they are not left.
    func grow(to total: Int) -> Bool {
        let more = total - charged.load(ordering: .relaxed)
        guard more > 0 else { return true }
        guard budget.charge(more) else { return false }
        charged.wrappingAdd(more, ordering: .relaxed)
        return true
    }

    /// Charges bytes even beyond the limit.
    func overdraw(_ count: Int) {
        budget.overdraw(count)
        charged.wrappingAdd(count, ordering: .relaxed)
    }

    deinit { budget.release(charged.load(ordering: .relaxed)) }
}

/// The calls that wait for their turn, first in, first out.
struct WaitingTransfers {
    private var calls: [Submission?] = []
    /// Those before it are gone.
    private var head = 0
    private(set) var count = 0

    mutating func append(_ submission: Submission) {
        calls.append(submission)
        count += 1
    }

    mutating func popFirst() -> Submission? {
        while head < calls.count {
            let submission = exchange(&calls[head], with: nil)
            head += 1
            if head == calls.count {
                calls.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 1024, head * 2 > calls.count {
                calls.removeFirst(head)
                head = 0
            }
            if let submission {
                count -= 1
                return submission
            }
        }
        return nil
    }

    mutating func remove(where condition: (Submission) -> Bool) -> Submission? {
        guard let index = calls[head...].firstIndex(where: { $0.map(condition) == true }) else { return nil }
        count -= 1
        return exchange(&calls[index], with: nil)
    }

    var earliestDue: Int64 { calls[head...].reduce(.max) { min($0, $1?.due ?? .max) } }
}

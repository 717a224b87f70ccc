/// The outcome of an upstream request: the status of its response, or the reason why no whole one came.
package enum UpstreamOutcome: Sendable, Equatable {
    case answered(status: Int)
    case unreachable
    case timedOut
    case cut
    case malformed
    case cancelled

    static let failures: [Self] = [.unreachable, .timedOut, .cut, .malformed, .cancelled]
    static let labelCount = CodeLabel.count + failures.count

    /// The position of the `code` label value: first the statuses, then the failures.
    var index: Int {
        switch self {
        case .answered(let status): CodeLabel.index(status)
        case .unreachable: CodeLabel.count
        case .timedOut: CodeLabel.count + 1
        case .cut: CodeLabel.count + 2
        case .malformed: CodeLabel.count + 3
        case .cancelled: CodeLabel.count + 4
        }
    }

    static func name(_ index: Int) -> String {
        switch index - CodeLabel.count {
        case 0: "unreachable"
        case 1: "timeout"
        case 2: "cut"
        case 3: "malformed"
        case 4: "cancelled"
        default: CodeLabel.name(index)
        }
    }
}

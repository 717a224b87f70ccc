import CognitoSync
import Policy

/// The gateway's own NextTokens: a place in a walk, authenticated and bound to its dataset.
struct CursorTokens: Sendable {
    enum Verdict: Sendable, Equatable {
        /// The service's, or nobody's: for the service to judge.
        case foreign
        case cursor(PageCursor)
        /// It claims to be one of these and is none for this dataset.
        case refused
    }

    let sealer: TokenSealer

    func seal(_ cursor: PageCursor, of scope: DatasetScope) -> String {
        let numbers = [
            UInt64(bitPattern: cursor.since), UInt64(bitPattern: cursor.syncCount), cursor.digest,
            UInt64(bitPattern: Int64(cursor.index)),
        ]
        let payload = numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        }
        return sealer.seal(payload, for: .pagination, scope: scope)
    }

    func open(_ token: String, of scope: DatasetScope) -> Verdict {
        guard TokenSealer.isOwn(token) else { return .foreign }
        guard let payload = sealer.open(token, for: .pagination, scope: scope), payload.count == 32 else {
            return .refused
        }
        let numbers = stride(from: 0, to: 32, by: 8).map { start in
            payload[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let index = Int64(bitPattern: numbers[3])
        guard index >= 0 else { return .refused }
        return .cursor(
            PageCursor(
                since: Int64(bitPattern: numbers[0]),
                syncCount: Int64(bitPattern: numbers[1]),
                digest: numbers[2],
                index: Int(index)
            )
        )
    }
}

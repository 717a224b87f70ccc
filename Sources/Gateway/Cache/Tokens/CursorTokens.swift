import CognitoSync
import Messages
import Policy

/// The `nextToken`s of the gateway's own: cursors, authenticated and bound to their dataset.
struct CursorTokens: Sendable {
    /// The kinds of texts that a caller may send as `nextToken`.
    enum Verdict: Sendable, Equatable {
        /// A token of the service, or of no one: the service judges it.
        case foreign
        /// A cursor, and the session token of AWS that its pages carry, if they do.
        case cursor(PageCursor, sessionToken: String?)
        /// A text that claims to be an own token, but is not one for this dataset.
        case refused
    }

    let sealer: TokenSealer

    /// The bytes of the numbers of a cursor.
    private static let numbersLength = 32

    /// Returns the token of a cursor, sealed: four big-endian numbers of 64 bits, and the session token that its pages
    /// carry, if they do.
    func seal(_ cursor: PageCursor, carrying sessionToken: String?, of scope: DatasetScope) -> String {
        let numbers = [
            UInt64(bitPattern: cursor.since), UInt64(bitPattern: cursor.syncCount), cursor.digest,
            UInt64(bitPattern: Int64(cursor.index)),
        ]
        var payload: [UInt8] = []
        for number in numbers { BigEndian.append(number, to: &payload) }
        if let sessionToken { payload.append(contentsOf: sessionToken.utf8) }
        return sealer.seal(payload, for: .pagination, scope: scope)
    }

    /// Returns the cursor of a token, or the reason that there is none.
    func open(_ token: String, of scope: DatasetScope) -> Verdict {
        guard TokenSealer.isOwn(token) else { return .foreign }
        guard let payload = sealer.open(token, for: .pagination, scope: scope),
            payload.count >= Self.numbersLength
        else { return .refused }
        let numbers = stride(from: 0, to: Self.numbersLength, by: 8).map { start -> UInt64 in
            BigEndian.value(payload[start..<start + 8]) ?? 0
        }
        let index = Int64(bitPattern: numbers[3])
        guard index >= 0 else { return .refused }
        return .cursor(
            PageCursor(
                since: Int64(bitPattern: numbers[0]),
                syncCount: Int64(bitPattern: numbers[1]),
                digest: numbers[2],
                index: Int(index)
            ),
            sessionToken: payload.count > Self.numbersLength
                ? String(decoding: payload.dropFirst(Self.numbersLength), as: UTF8.self) : nil
        )
    }
}

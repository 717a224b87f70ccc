import CognitoSync
import Messages
import Policy

/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// Four bytes choose what is altered in a sealed token; the rest is a text, a payload and a session of AWS.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzTokens(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let edit = TokensFuzz.Edit(place: Int(input.byte()), removed: Int(input.byte()) % 4, added: input.byte())
    let kind = input.byte()
    let rest = Array(input.rest)
    TokensFuzz.checkCursor(rest, edit)
    TokensFuzz.checkSession(rest, edit)
    TokensFuzz.checkText(rest, isOwn: kind & 1 == 1)
    TokensFuzz.checkSessionText(rest)
    return 0
}

/// The properties under test: a sealed token opens as sealed, and no altered or invented one opens at all.
private enum TokensFuzz {
    /// A change of a text: some characters removed at a place, and one added, or none for 0.
    struct Edit {
        let place: Int
        let removed: Int
        let added: UInt8

        func apply(_ text: String) -> String {
            var bytes = Array(text.utf8)
            let start = place % bytes.count
            let end = min(bytes.count, start + removed)
            bytes.replaceSubrange(start..<end, with: added == 0 ? [] : [added])
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static let sealer = TokenSealer(key: [UInt8](repeating: 7, count: TokenSealer.shortestKey))
    private static let scope = scope(of: "d")
    private static let others = [
        scope(of: "e"), scope(of: "d", identity: "r:d"), scope(of: "d", pool: "r:b"),
    ]

    static func checkCursor(_ bytes: [UInt8], _ edit: Edit) {
        let numbers = (0..<4).map { index in
            bytes.dropFirst(index * 8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let cursor = PageCursor(
            since: Int64(bitPattern: numbers[0]),
            syncCount: Int64(bitPattern: numbers[1]),
            digest: numbers[2],
            index: Int(numbers[3] >> 1)
        )
        let text = String(decoding: bytes.dropFirst(32).prefix(1500), as: UTF8.self)
        let session = text.isEmpty ? nil : String(text.prefix(400))
        let tokens = CursorTokens(sealer: sealer)
        let token = tokens.seal(cursor, carrying: session, of: scope)
        let opened = tokens.open(token, of: scope)
        Finding.unless(opened == .cursor(cursor, sessionToken: session), "another cursor", token.utf8)
        for other in others {
            Finding.unless(
                tokens.open(token, of: other) == .refused,
                "a cursor of another dataset",
                token.utf8
            )
        }
        let verdict = SessionTokens(sealer: sealer, lifetime: 60).classify(token, for: scope, now: 0)
        Finding.unless(verdict == .refused, "a cursor as a session token", token.utf8)
        checkRefused(
            edit.apply(token),
            altered: token,
            isOpened: {
                if case .cursor = tokens.open($0, of: scope) { true } else { false }
            }
        )
    }

    static func checkSession(_ bytes: [UInt8], _ edit: Edit) {
        // Some billions of seconds, as a clock shows.
        let now = bytes.prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let lifetime = bytes.dropFirst(4).prefix(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let tokens = SessionTokens(sealer: sealer, lifetime: lifetime)
        let token = tokens.mint(for: scope, now: now)
        let lasts = max(1, lifetime)
        Finding.unless(
            tokens.classify(token, for: scope, now: now + lasts - 1) == .valid,
            "short-lived",
            token.utf8
        )
        let after = now + lasts + lasts / 8 + 1
        Finding.unless(tokens.classify(token, for: scope, now: after) == .refused, "long-lived", token.utf8)
        let until = tokens.renewal(after: now)
        Finding.unless(
            until > now && tokens.mint(for: scope, now: until - 1) == token,
            "early renewal",
            token.utf8
        )
        for other in others {
            Finding.unless(
                tokens.classify(token, for: other, now: now) == .refused,
                "another dataset's",
                token.utf8
            )
        }
        let isCursor = CursorTokens(sealer: sealer).open(token, of: scope) != .refused
        Finding.unless(!isCursor, "a session token as a cursor", token.utf8)
        checkRefused(
            edit.apply(token),
            altered: token,
            isOpened: {
                tokens.classify($0, for: scope, now: now) == .valid
            }
        )
    }

    /// Checks a text that was never sealed: it opens in no way.
    static func checkText(_ bytes: [UInt8], isOwn: Bool) {
        let text = (isOwn ? TokenSealer.prefix : "") + String(decoding: bytes, as: UTF8.self)
        for purpose in TokenSealer.Purpose.allCases {
            Finding.unless(sealer.open(text, for: purpose, scope: scope) == nil, "a forged token", text.utf8)
            let sealed = sealer.seal(bytes, for: purpose, scope: scope)
            let opened = sealer.open(sealed, for: purpose, scope: scope)
            Finding.unless(
                opened == (bytes.count <= TokenSealer.longestPayload ? bytes : nil),
                "sealed",
                bytes
            )
        }
        _ = SessionTokenText.expiration(of: text)
    }

    /// Checks the reader of tokens of AWS, behind the two codings that chance would not find.
    static func checkSessionText(_ session: [UInt8]) {
        let content = [UInt8]("\(Base64.encode(session)):1:c2ln".utf8)
        let token = Base64.encode(StoredGzip.pack(content))
        let expiration = SessionTokenText.expiration(of: token)
        let isShort = token.utf8.count <= 4096
        Finding.unless(isShort || expiration == nil, "a long token is read", token.utf8)
        guard isShort, let number = session.first.map({ Int64($0) << 32 }) else { return }
        let plain = [UInt8](#"{"a":"\#(number)","expiration":\#(number)}"#.utf8)
        let known = Base64.encode(StoredGzip.pack([UInt8]("\(Base64.encode(plain)):1:c2ln".utf8)))
        Finding.unless(SessionTokenText.expiration(of: known) == number, "another expiration", known.utf8)
    }

    private static func checkRefused(_ text: String, altered token: String, isOpened: (String) -> Bool) {
        guard !text.utf8.elementsEqual(token.utf8) else { return }
        Finding.unless(!isOpened(text), "an altered token is accepted", text.utf8)
    }

    private static func scope(of name: String, identity: String = "r:c", pool: String = "r:a") -> DatasetScope
    {
        guard let pool = IdentityPoolID(pool), let identity = IdentityID(identity),
            let name = DatasetName(name)
        else { Finding.trap("a sample is no valid name") }
        return DatasetScope(owner: IdentityScope(pool: pool, identity: identity), dataset: name)
    }
}

import Synchronization

/// The bytes of a header field by which a request names its caller, as they came.
package struct CallerCredential: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        /// The value of `Authorization`.
        case authorization
        /// The value of `x-api-key`.
        case key
    }

    package let kind: Kind
    package let bytes: WireBytes

    package init(_ kind: Kind, _ bytes: WireBytes) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// The last conclusion of the responder about the caller of a connection, so that a hit does not draw it again.
///
/// Most connections have one caller, who sends the same credential with each request. The bytes are compared
/// with those that came on the same connection, so the time of the comparison tells nothing about others.
package final class CallerNotes: Sendable {
    private struct Entry: Sendable {
        let conclusion: any AnyObject & Sendable
        let credential: CallerCredential?
    }

    /// The longest credential that is noted, in bytes.
    private static let longest = 8 << 10

    private let entry = Mutex<Entry?>(nil)
    /// Whether there is an entry; read without the lock, since most gateways name no callers.
    private let isUsed = Atomic(false)

    package init() {}

    /// Returns the conclusion about a credential, or about the connection itself where the request has none.
    @inline(__always)
    package func find(_ credential: CallerCredential?) -> (any AnyObject & Sendable)? {
        guard isUsed.load(ordering: .acquiring) else { return nil }
        return entry.withLock { entry in
            guard let entry, entry.credential == credential else { return nil }
            return entry.conclusion
        }
    }

    package func remember(_ conclusion: any AnyObject & Sendable, for credential: CallerCredential?) {
        guard (credential?.bytes.count ?? 0) <= Self.longest else { return }
        let copy = credential.map { CallerCredential($0.kind, $0.bytes.copy) }
        let made = Entry(conclusion: conclusion, credential: copy)
        entry.withLock { $0 = made }
        isUsed.store(true, ordering: .releasing)
    }
}

import Cryptography
import Messages
import Policy
import Serving
import Synchronization

/// The callers that one event loop has recognised by a credential, by the SHA-256 of its bytes.
///
/// It saves the verification of a signature. The credential itself is not stored. The oldest entry makes room.
final class RememberedCallers: Sendable {
    /// The most entries.
    static let most = 4096

    private struct Digest256: Hashable, Sendable {
        private let words: SIMD4<UInt64>

        init(_ credential: CallerCredential) {
            var message = credential.bytes.bytes
            message.append(credential.kind.rawValue)
            let digest = Digest.sha256(message)
            var words = SIMD4<UInt64>()
            for (index, byte) in digest.enumerated() {
                words[index / 8] = words[index / 8] << 8 | UInt64(byte)
            }
            self.words = words
        }
    }

    private struct State {
        var callers: [Digest256: KnownCaller] = [:]
        /// The digests in the order in which they came; a ring, once it is full.
        var order: [Digest256] = []
        var next = 0
    }

    private let state = Mutex(State())

    /// Returns the caller that was recognised by a credential; nil if it must be recognised again.
    func find(_ credential: CallerCredential, generation: UInt64, now: Instant) -> KnownCaller? {
        let digest = Digest256(credential)
        guard let known = state.withLock({ $0.callers[digest] }),
            known.isGood(generation: generation, now: now)
        else { return nil }
        return known
    }

    func remember(_ known: KnownCaller, for credential: CallerCredential) {
        let digest = Digest256(credential)
        state.withLock { state in
            guard state.callers.updateValue(known, forKey: digest) == nil else { return }
            guard state.order.count == Self.most else {
                state.order.append(digest)
                return
            }
            state.callers[state.order[state.next]] = nil
            state.order[state.next] = digest
            state.next = (state.next + 1) % Self.most
        }
    }
}

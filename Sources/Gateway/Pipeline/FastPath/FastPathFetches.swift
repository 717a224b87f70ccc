import CognitoSync
import Policy
import Serving
import Synchronization

/// A target, as it was spelt, that a call in the air will answer.
final class HotCall: Sendable {
    let target: WireBytes
    let key: PageKey
    fileprivate let generation: UInt64
    /// Gone with the last who waits for it, so that what it brings is kept no longer than they need it.
    private weak let fetch: CachedReads.Fetch?
    private let lease: CallLease

    init(
        target: WireBytes,
        key: PageKey,
        generation: UInt64,
        fetch: CachedReads.Fetch,
        lease: CallLease
    ) {
        self.target = target
        self.key = key
        self.generation = generation
        self.fetch = fetch
        self.lease = lease
    }

    /// The call, if the table would let a read join it now.
    func joinable(now: Instant) -> CachedReads.Fetch? { lease.isJoinable(now: now) ? fetch : nil }
}

/// The calls in the air that requests of one event loop have asked for or joined, by the target of these.
///
/// What `HotReads` is for pages that are there, this is for those that are to come.
final class HotCalls: Sendable {
    /// Each target has one place; two that share it take it from each other, and one goes the long way.
    private static let places = 1024

    private let calls = Mutex([HotCall?](repeating: nil, count: places))

    /// The call that answers a target, for a request that is permitted by the settings of `generation`.
    func find(_ target: WireBytes, generation: UInt64) -> HotCall? {
        let place = Self.place(of: target)
        guard let call = calls.withLock({ $0[place] }), call.generation == generation, call.target == target
        else { return nil }
        return call
    }

    func remember(_ call: HotCall) {
        guard call.target.count <= HotReads.longestTarget else { return }
        let place = Self.place(of: call.target)
        calls.withLock { $0[place] = call }
    }

    private static func place(of target: WireBytes) -> Int {
        Int(truncatingIfNeeded: target.fingerprint % UInt64(places))
    }
}

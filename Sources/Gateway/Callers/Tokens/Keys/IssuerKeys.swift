import CredentialSources
import Messages
import Policy
import Serving
import Synchronization
import WebTokens

/// The keys of one issuer: the shell around ``KeySetRefresh``.
///
/// It locks, takes a decision, unlocks, acts. A fetch belongs to no request, and ends by the deadlines of its sender.
final class IssuerKeys: Sendable {
    private struct Shared {
        var machine: KeySetRefresh
        var keys: JSONWebKeySet?
        /// The number of sets so far.
        var generation: UInt64 = 0
        /// The fault of the last fetch; nil after one that succeeded.
        var fault: KeySetFault?
        /// The marks of the file of keys as it was last read.
        var stamp: FileStamp?
        var waiters = Waiters<Void>()
        /// The number of requests that wait.
        var waiting = 0
        var fetch: Task<Void, Never>?
        var isStopped = false
        var log: KeySetLog
    }

    /// The keys of a moment.
    struct Snapshot: Sendable {
        let keys: JSONWebKeySet?
        fileprivate let generation: UInt64
    }

    /// The chance of a token whose key is missing.
    enum Chance: Sendable, Equatable {
        /// Other keys came while the token was looked at.
        case changed
        /// A fetch is in flight.
        case mayWait
        case none
    }

    /// The most requests that wait for one fetch; another is refused at once.
    private static let mostWaiting = 1024
    /// The longest wait of a request for a fetch.
    ///
    /// An issuer responds within a few tenths of a second. A caller whose own deadline is shorter has gone by then.
    static let longestWait = Duration.seconds(2)

    let source: KeySource
    private let send: EndpointSend
    private let clock: GatewayClock
    private let jitter: @Sendable () -> Int64
    private let shared: Mutex<Shared>

    init(
        _ source: KeySource,
        succeeding old: IssuerKeys? = nil,
        log: KeySetLog,
        send: @escaping EndpointSend,
        clock: GatewayClock,
        jitter: @escaping @Sendable () -> Int64
    ) {
        self.source = source
        self.send = send
        self.clock = clock
        self.jitter = jitter
        let (keys, oldMachine) = old?.shared.withLock { ($0.keys, $0.machine) } ?? (nil, nil)
        let machine = KeySetRefresh(
            refresh: source.refresh.wholeNanoseconds,
            cooldown: source.cooldown.wholeNanoseconds,
            now: clock.monotonic(),
            succeeding: oldMachine
        )
        shared = Mutex(Shared(machine: machine, keys: keys, log: log))
    }

    /// The keys that may be used now.
    ///
    /// Those of a file stay as long as the file does: nobody takes them back by not responding.
    var current: Snapshot {
        let now = clock.monotonic()
        return shared.withLock { shared in
            let mayUse = source.file != nil || shared.machine.mayUse(now: now)
            return Snapshot(keys: mayUse ? shared.keys : nil, generation: shared.generation)
        }
    }

    /// Starts a fetch if one is due; a file is due when it has changed.
    func tick() {
        let now = clock.monotonic()
        let stamp = source.file.flatMap { FileStamp(of: $0) }
        shared.withLock { shared in
            guard !shared.isStopped else { return }
            let starts: Bool
            if stamp != shared.stamp {
                starts = shared.machine.changed()
            } else {
                let isRead = source.file != nil && shared.keys != nil && shared.fault == nil
                starts = !isRead && shared.machine.tick(now: now)
            }
            guard starts else { return }
            shared.stamp = stamp
            start(&shared)
        }
    }

    /// Decides about a key that the keys of a moment lack, and starts a fetch if one may start.
    ///
    /// A file is read in the background alone: it is there, or it is not.
    func missed(_ keyID: String?, in snapshot: Snapshot) -> Chance {
        let now = clock.monotonic()
        return shared.withLock { shared in
            if shared.generation != snapshot.generation { return .changed }
            guard !shared.isStopped else { return .none }
            if source.file != nil { return shared.fetch == nil ? .none : .mayWait }
            switch shared.machine.missed(Array((keyID ?? "").utf8), now: now) {
            case .fetch:
                start(&shared)
                return .mayWait
            case .wait: return .mayWait
            case .refuse: return .none
            }
        }
    }

    /// Remembers that a key is missing in newer keys too; after a fetch that failed, nobody knows.
    func recordAbsent(_ keyID: String?, since snapshot: Snapshot) {
        let now = clock.monotonic()
        shared.withLock { shared in
            guard shared.generation != snapshot.generation else { return }
            shared.machine.recordAbsent(Array((keyID ?? "").utf8), now: now)
        }
    }

    /// Waits for the end of the fetch in flight, for ``longestWait`` at most.
    ///
    /// - Returns: False if there is no room to wait.
    func fetchEnded() async -> Bool {
        let id = shared.withLock { shared -> UInt64? in
            guard shared.waiting < Self.mostWaiting else { return nil }
            shared.waiting += 1
            return shared.waiters.makeID()
        }
        guard let id else { return false }
        let timer = Task { [weak self] in
            try? await Task.sleep(for: Self.longestWait)
            self?.resume(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = shared.withLock { shared in
                    guard shared.fetch != nil, !Task.isCancelled else { return false }
                    shared.waiters.add({ _ in continuation.resume() }, as: id)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            resume(id)
        }
        timer.cancel()
        shared.withLock { $0.waiting -= 1 }
        return true
    }

    /// Ends the fetch in flight; no other starts.
    func stop() {
        let (fetch, waiters) = shared.withLock { shared in
            shared.isStopped = true
            return (shared.fetch.take(), shared.waiters.removeAll())
        }
        fetch?.cancel()
        for waiter in waiters { waiter(()) }
    }

    /// The state for `/status`.
    var state: (keys: JSONWebKeySet?, ageSeconds: Int64?, fault: KeySetFault?) {
        let now = clock.monotonic()
        return shared.withLock { shared in
            (shared.keys, shared.machine.age(now: now).map { $0 / 1_000_000_000 }, shared.fault)
        }
    }

    private func resume(_ id: UInt64) {
        shared.withLock { $0.waiters.remove(id) }?(())
    }

    private func start(_ shared: inout Shared) {
        let fetch = KeySetFetch(source: source, send: send)
        shared.fetch = Task { [weak self] in
            let outcome: Result<KeySetFetch.Fetched, KeySetFault>
            do throws(KeySetFault) {
                outcome = .success(try await fetch.run())
            } catch {
                outcome = .failure(error)
            }
            self?.finish(outcome)
        }
    }

    private func finish(_ outcome: Result<KeySetFetch.Fetched, KeySetFault>) {
        let (now, jitter) = (clock.monotonic(), jitter())
        let (waiters, line) = shared.withLock { shared -> ([Waiters<Void>.Callback], KeySetLog.Line?) in
            guard !shared.isStopped else { return ([], nil) }
            shared.fetch = nil
            switch outcome {
            case .success(let fetched):
                shared.keys = fetched.keys
                shared.generation &+= 1
                shared.fault = nil
                let age = fetched.maximumAge.map { Duration.seconds($0).wholeNanoseconds }
                shared.machine.fetched(maximumAge: age, now: now, jitter: jitter)
            case .failure(let fault):
                shared.fault = fault
                shared.machine.failed(now: now, jitter: jitter)
            }
            return (shared.waiters.removeAll(), shared.log.line(for: outcome, now: now))
        }
        line?.write()
        for waiter in waiters { waiter(()) }
    }
}

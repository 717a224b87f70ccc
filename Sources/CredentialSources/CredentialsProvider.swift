package import SigV4
import Synchronization

/// What happened to the credentials, for the metrics and the log.
///
/// Holds no secret.
package enum CredentialsEvent: Sendable, Equatable {
    /// New ones are in use; `expiration` in seconds since 1970, nil for those that do not end.
    case refreshed(CredentialsSourceName, expiration: Int64?)
    /// A load failed. `isExpired`: what is used meanwhile is past its end. Someone must act.
    case failed(CredentialsError, isExpired: Bool)
}

/// The credentials to sign with, loaded when needed and renewed before they end.
///
/// The shell around `RefreshMachine`: locks, asks it, unlocks, acts. A load belongs to nobody's request. It ends
/// at its deadline at the latest, and everyone who waits is answered then.
package final class CredentialsProvider: Sendable {
    private typealias Outcome = Result<CredentialsChain.Found, CredentialsError>

    private struct Shared {
        var machine = RefreshMachine()
        /// The number of the load under way or ended last: an answer with another number came too late.
        var fetch: UInt64 = 0
        var isFlying = false
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Outcome, Never>] = [:]
    }

    private let chain: CredentialsChain
    private let deadline: Duration
    private let now: @Sendable () -> Int64
    private let jitter: @Sendable () -> Int64
    private let report: @Sendable (CredentialsEvent) -> Void
    private let shared = Mutex(Shared())

    /// Loads nothing yet.
    ///
    /// `deadline` bounds a load and every wait for it; `now` is the wall clock in seconds since 1970; `jitter`
    /// yields 0 to 999; `report` is called outside of any lock.
    package init(
        chain: CredentialsChain,
        deadline: Duration = .seconds(5),
        now: @escaping @Sendable () -> Int64,
        jitter: @escaping @Sendable () -> Int64 = { .random(in: 0..<1000) },
        report: @escaping @Sendable (CredentialsEvent) -> Void = { _ in }
    ) {
        self.chain = chain
        self.deadline = deadline
        self.now = now
        self.jitter = jitter
        self.report = report
    }

    /// The credentials to sign with now.
    ///
    /// Returns at once unless there are none yet or their end is near.
    package func current() async throws(CredentialsError) -> Credentials {
        let now = now()
        return try await obey { $0.requested(now: now) }
    }

    /// Looks for newer credentials, once AWS has refused those of this access key as expired or unknown.
    ///
    /// When it returns, `current()` gives the newest that there are. Many who call at once cause one load, and
    /// a load that yields the same again is not repeated before its pause is over.
    package func refreshNow(rejected accessKeyID: String) async {
        let now = now()
        _ = try? await obey { $0.rejected(accessKeyID: accessKeyID, now: now) }
    }

    private func obey(
        _ event: (inout RefreshMachine) -> RefreshMachine.Decision
    ) async throws(CredentialsError) -> Credentials {
        let (decision, fetch) = shared.withLock { shared in
            let decision = event(&shared.machine)
            switch decision {
            case .use(_, start: true), .wait(start: true):
                shared.fetch += 1
                shared.isFlying = true
            case .use(_, start: false), .wait(start: false), .fail:
                break
            }
            return (decision, shared.fetch)
        }
        switch decision {
        case .use(let found, let start):
            if start { self.start(fetch) }
            return found.credentials
        case .wait(let start):
            if start { self.start(fetch) }
            return try await wait(for: fetch).get().credentials
        case .fail(let error):
            throw error
        }
    }

    /// Begins a load and its deadline; whichever comes first ends the flight, and the other finds it ended.
    ///
    /// Both tasks end by themselves: the one when the sources answer, which they must, the other in time.
    private func start(_ fetch: UInt64) {
        let loading = Task { [chain] in
            let outcome: Outcome
            do throws(CredentialsError) {
                outcome = .success(try await chain.load())
            } catch {
                outcome = .failure(error)
            }
            self.finish(fetch, outcome)
        }
        Task { [deadline] in
            try? await Task.sleep(for: deadline)
            self.finish(fetch, .failure(CredentialsError(nil, "loading took longer than \(deadline)")))
            loading.cancel()
        }
    }

    private func finish(_ fetch: UInt64, _ outcome: Outcome) {
        let (now, jitter) = (now(), jitter())
        let ended = shared.withLock {
            shared -> (CredentialsEvent, [CheckedContinuation<Outcome, Never>], Outcome)? in
            guard shared.isFlying, shared.fetch == fetch else { return nil }
            shared.isFlying = false
            let event: CredentialsEvent
            switch outcome {
            case .success(let found):
                shared.machine.loaded(found, now: now, jitter: jitter)
                event = .refreshed(found.source, expiration: found.credentials.expiration)
            case .failure(let error):
                shared.machine.failed(error, now: now, jitter: jitter)
                event = .failed(error, isExpired: shared.machine.isExpired(now: now))
            }
            let waiters = Array(shared.waiters.values)
            shared.waiters = [:]
            return (event, waiters, shared.machine.result())
        }
        guard let (event, waiters, result) = ended else { return }
        report(event)
        for waiter in waiters { waiter.resume(returning: result) }
    }

    /// Waits until the flight has ended; a caller that leaves is let go at once.
    private func wait(for fetch: UInt64) async -> Outcome {
        let id = shared.withLock { shared in
            shared.nextWaiter += 1
            return shared.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = shared.withLock { shared -> Outcome? in
                    if Task.isCancelled { return .failure(Self.cancelled) }
                    guard shared.isFlying, shared.fetch == fetch else { return shared.machine.result() }
                    shared.waiters[id] = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let waiter = shared.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume(returning: .failure(Self.cancelled))
        }
    }

    private static let cancelled = CredentialsError(nil, "the request ended while it waited for credentials")
}

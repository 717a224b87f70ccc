import Messages
package import SigV4
import Synchronization

/// The credentials to sign with, loaded when needed and renewed before they end.
///
/// This is the shell around ``RefreshMachine``: it locks, takes a decision, unlocks, acts. A load belongs to no
/// request. It ends at its deadline at the latest, and then all who wait have their result.
package final class CredentialsProvider: Sendable {
    private typealias Outcome = Result<CredentialsChain.Found, CredentialsError>

    private struct Shared {
        var machine = RefreshMachine()
        /// The number of the load in progress, or of the last one; a result with another number came too late.
        var loadNumber: UInt64 = 0
        var isLoading = false
        var waiters = Waiters<Outcome>()
    }

    private let chain: CredentialsChain
    private let deadline: Duration
    private let now: @Sendable () -> Int64
    private let jitter: @Sendable () -> Int64
    private let report: @Sendable (CredentialsEvent) -> Void
    private let shared = Mutex(Shared())

    /// Creates a provider that has loaded nothing yet, or begins with the credentials of an older one.
    ///
    /// `deadline` bounds a load and every wait for it. `now` reads the wall clock in seconds since 1970. `jitter`
    /// returns 0 to 999. `report` is called outside of any lock.
    package init(
        chain: CredentialsChain,
        succeeding old: CredentialsProvider? = nil,
        deadline: Duration = .seconds(15),
        now: @escaping @Sendable () -> Int64,
        jitter: @escaping @Sendable () -> Int64 = { .random(in: 0..<1000) },
        report: @escaping @Sendable (CredentialsEvent) -> Void = { _ in }
    ) {
        self.chain = chain
        self.deadline = deadline
        self.now = now
        self.jitter = jitter
        self.report = report
        if let found = old?.held { shared.withLock { $0.machine.adopt(found) } }
    }

    /// The credentials that are there now.
    package var held: CredentialsChain.Found? { shared.withLock { $0.machine.current } }

    /// Returns the credentials to sign with now.
    ///
    /// It waits for a load only if there are none yet, or if their end is near.
    package func current() async throws(CredentialsError) -> Credentials {
        let now = now()
        return try await act { $0.requested(now: now) }
    }

    /// Renews the credentials when that is due, also while no request comes, until the provider is released.
    ///
    /// Otherwise the first request after a quiet time would wait for the load, or fail with what is there.
    package func renewAhead() {
        Task { [weak self] in
            while let pause = self?.renewIfDue() { try? await Task.sleep(for: .seconds(pause)) }
        }
    }

    /// Starts a load if one is due; returns the seconds until the next look, 1 to 60, since a clock can be set.
    private func renewIfDue() -> Int64 {
        let now = now()
        guard let due = shared.withLock({ $0.machine.nextLoad(now: now) }) else { return 60 }
        guard due <= now else { return min(max(due.subtractingReportingOverflow(now).partialValue, 1), 60) }
        // The task ends at the deadline of the load.
        Task { _ = try? await self.current() }
        return 1
    }

    /// Loads newer credentials after AWS refused these as expired or unknown.
    ///
    /// After it, ``current()`` returns the newest that there are. Many refusals at once cause one load. A load that
    /// yields the same credentials again is not repeated before its pause is over.
    ///
    /// - Returns: Whether there are others now, so that signing again may help.
    package func refreshNow(rejected refused: Credentials) async -> Bool {
        let now = now()
        guard let newest = try? await act(on: { $0.rejected(refused, now: now) }) else { return false }
        return !newest.signsLike(refused)
    }

    /// Tells the machine of an event and acts on its decision.
    private func act(
        on event: (inout RefreshMachine) -> RefreshMachine.Decision
    ) async throws(CredentialsError) -> Credentials {
        let (decision, number) = shared.withLock { shared in
            let decision = event(&shared.machine)
            switch decision {
            case .use(_, start: true), .wait(start: true):
                shared.loadNumber += 1
                shared.isLoading = true
            case .use(_, start: false), .wait(start: false), .fail:
                break
            }
            return (decision, shared.loadNumber)
        }
        switch decision {
        case .use(let found, let start):
            if start { startLoad(number) }
            return found.credentials
        case .wait(let start):
            if start { startLoad(number) }
            return try await result(of: number).get().credentials
        case .fail(let error):
            throw error
        }
    }

    /// Starts a load and its deadline.
    ///
    /// The first of them ends the load; the second finds it ended.
    /// Both tasks end by themselves: the first when the sources return, which they must, the second in time.
    private func startLoad(_ number: UInt64) {
        let loading = Task { [chain] in
            let outcome: Outcome
            do throws(CredentialsError) {
                outcome = .success(try await chain.load())
            } catch {
                outcome = .failure(error)
            }
            self.finish(number, outcome)
        }
        Task { [deadline] in
            try? await Task.sleep(for: deadline)
            let error = CredentialsError(
                nil,
                "loading credentials took longer than '\(deadline)'; check their sources"
            )
            self.finish(number, .failure(error))
            loading.cancel()
        }
    }

    /// Ends a load, reports it and resumes all who wait; does nothing for a load that has ended.
    private func finish(_ number: UInt64, _ outcome: Outcome) {
        let (now, jitter) = (now(), jitter())
        let ended = shared.withLock {
            shared -> (CredentialsEvent, [Waiters<Outcome>.Callback], Outcome)? in
            guard shared.isLoading, shared.loadNumber == number else { return nil }
            shared.isLoading = false
            let event: CredentialsEvent
            switch outcome {
            case .success(let found):
                shared.machine.loaded(found, now: now, jitter: jitter)
                let credentials = found.credentials
                event = .refreshed(
                    found.source,
                    keyTail: String(credentials.accessKeyID.suffix(4)),
                    expiration: credentials.expiration,
                    isExpired: shared.machine.isExpired(now: now)
                )
            case .failure(let error):
                shared.machine.failed(error, now: now, jitter: jitter)
                event = .failed(error, isExpired: shared.machine.isExpired(now: now))
            }
            return (event, shared.waiters.removeAll(), shared.machine.result())
        }
        guard let (event, waiters, result) = ended else { return }
        report(event)
        for waiter in waiters { waiter(result) }
    }

    /// Returns the result of a load after its end; a cancelled task stops waiting at once.
    private func result(of number: UInt64) async -> Outcome {
        let id = shared.withLock { $0.waiters.makeID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = shared.withLock { shared -> Outcome? in
                    if Task.isCancelled { return .failure(Self.cancelled) }
                    guard shared.isLoading, shared.loadNumber == number else {
                        return shared.machine.result()
                    }
                    shared.waiters.add({ continuation.resume(returning: $0) }, as: id)
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            shared.withLock { $0.waiters.remove(id) }?(.failure(Self.cancelled))
        }
    }

    private static let cancelled = CredentialsError(
        nil,
        "the request ended while it waited for credentials; retry"
    )
}

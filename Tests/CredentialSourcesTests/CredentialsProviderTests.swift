import SigV4
import Synchronization
import TestSupport
import Testing

@testable import CredentialSources

/// A source that counts its loads and ends each one when the test gives its result.
private final class PlayedSource: CredentialsSource {
    typealias Outcome = Result<Credentials?, CredentialsError>

    let name = CredentialsSourceName.environment
    let loads: AsyncStream<Int>
    private let started: AsyncStream<Int>.Continuation
    private let outcomes: AsyncStream<Outcome>
    private let outcomeSource: AsyncStream<Outcome>.Continuation
    private let count = Mutex(0)

    init() {
        (loads, started) = AsyncStream.makeStream()
        (outcomes, outcomeSource) = AsyncStream.makeStream()
    }

    var loadCount: Int { count.withLock { $0 } }

    func finish(_ outcome: Outcome) { outcomeSource.yield(outcome) }

    func load() async throws(CredentialsError) -> Credentials? {
        started.yield(
            count.withLock {
                $0 += 1; return $0
            }
        )
        var iterator = outcomes.makeAsyncIterator()
        guard let outcome = await iterator.next() else { throw CredentialsError(name, "cancelled") }
        return try outcome.get()
    }
}

@Suite(.timeLimit(.minutes(1)))
struct CredentialsProviderTests {
    private let source = PlayedSource()
    private let clock = ManualClock()
    private let events = Events()

    private final class ManualClock: Sendable {
        private let seconds = Mutex<Int64>(1_000_000)
        var now: Int64 { seconds.withLock { $0 } }
        func advance(by interval: Int64) { seconds.withLock { $0 += interval } }
    }

    private final class Events: Sendable {
        private let list = Mutex<[CredentialsEvent]>([])
        var all: [CredentialsEvent] { list.withLock { $0 } }
        func add(_ event: CredentialsEvent) { list.withLock { $0.append(event) } }
    }

    private func provider(
        succeeding old: CredentialsProvider? = nil,
        deadline: Duration = .seconds(30)
    ) -> CredentialsProvider {
        CredentialsProvider(
            chain: CredentialsChain([source]),
            succeeding: old,
            deadline: deadline,
            now: { [clock] in clock.now },
            jitter: { 0 },
            report: { [events] in events.add($0) }
        )
    }

    private func credentials(_ key: String, life: Int64? = nil) -> Credentials {
        Credentials(
            accessKeyID: key,
            secretAccessKey: Secret("s"),
            expiration: life.map { clock.now + $0 }
        )
    }

    @Test
    func manyFirstRequestsCauseOneLoadAndAllGetIt() async throws {
        let provider = provider()
        let expected = credentials("A")
        try await withThrowingTaskGroup(of: Credentials.self) { group in
            for _ in 0..<100 { group.addTask { try await provider.current() } }
            source.finish(.success(expected))
            for try await credentials in group { #expect(credentials == expected) }
        }
        #expect(source.loadCount == 1)
        #expect(events.all == [.refreshed(.environment, keyTail: "A", expiration: nil)])
    }

    @Test
    func aRefreshAheadOfTheEndDelaysNoRequest() async throws {
        let provider = provider()
        let first = credentials("A", life: 3600)
        source.finish(.success(first))
        #expect(try await provider.current() == first)
        clock.advance(by: 2700)
        // Returns although the second load has no result yet.
        #expect(try await provider.current() == first)
        var loads = source.loads.makeAsyncIterator()
        #expect(await loads.next() == 1)
        #expect(await loads.next() == 2)
        #expect(try await provider.current() == first)

        let second = credentials("B", life: 3600)
        source.finish(.success(second))
        #expect(await provider.refreshNow(rejected: first))
        #expect(try await provider.current() == second)
        #expect(source.loadCount == 2)
    }

    @Test
    func credentialsAreRenewedAheadWithoutARequest() async throws {
        let provider = provider()
        var loads = source.loads.makeAsyncIterator()
        source.finish(.success(credentials("A", life: 3600)))
        _ = try await provider.current()
        #expect(await loads.next() == 1)
        clock.advance(by: 2700)
        source.finish(.success(credentials("B", life: 3600)))
        provider.renewAhead()
        #expect(await loads.next() == 2)
        while provider.held?.credentials.accessKeyID != "B" { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test
    func aProviderThatIsReleasedRenewsNothing() async throws {
        weak var released: CredentialsProvider?
        do {
            let provider = provider()
            released = provider
            provider.renewAhead()
        }
        // The first look may be under way.
        while released != nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(source.loadCount == 0)
    }

    @Test
    func aRefusedKeyIsReloadedOnceForAllRefusals() async throws {
        let provider = provider()
        source.finish(.success(credentials("A")))
        _ = try await provider.current()
        source.finish(.success(credentials("B")))
        await withTaskGroup(of: Void.self) { group in
            let refused = credentials("A")
            for _ in 0..<20 { group.addTask { #expect(await provider.refreshNow(rejected: refused)) } }
        }
        #expect(try await provider.current().accessKeyID == "B")
        #expect(source.loadCount == 2)
    }

    @Test
    func theSameKeysAgainAreNoOthers() async throws {
        let provider = provider()
        source.finish(.success(credentials("A")))
        let refused = try await provider.current()
        source.finish(.success(credentials("A", life: 3600)))
        #expect(await !provider.refreshNow(rejected: refused), "only the end differs")
        source.finish(.failure(CredentialsError(.environment, "gone")))
        clock.advance(by: 60)
        #expect(await !provider.refreshNow(rejected: refused))
    }

    @Test
    func aFailedRefreshLeavesTheOldOnesAndRaisesTheAlarmAtTheirEnd() async throws {
        let provider = provider()
        let first = credentials("A", life: 3600)
        source.finish(.success(first))
        _ = try await provider.current()
        let error = CredentialsError(.environment, "gone")
        clock.advance(by: 3500)
        source.finish(.failure(error))
        #expect(try await provider.current() == first)
        clock.advance(by: 100)
        source.finish(.failure(error))
        #expect(try await provider.current() == first)
        try await eventually("the second failure") { events.all.count > 2 }
        #expect(
            events.all == [
                .refreshed(.environment, keyTail: "A", expiration: first.expiration),
                .failed(error, isExpired: false), .failed(error, isExpired: true),
            ]
        )
    }

    @Test
    func withoutAnyCredentialsTheErrorIsThrownAndTheNextRequestAfterThePauseTriesAgain() async throws {
        let provider = provider()
        let error = CredentialsError(.environment, "gone")
        source.finish(.failure(error))
        await #expect(throws: error) { try await provider.current() }
        await #expect(throws: error) { try await provider.current() }
        #expect(source.loadCount == 1)
        clock.advance(by: 1)
        source.finish(.success(credentials("A")))
        #expect(try await provider.current().accessKeyID == "A")
    }

    @Test
    func aSourceThatNeverEndsIsStoppedAtTheDeadline() async throws {
        let provider = provider(deadline: .milliseconds(20))
        let error = try await #require(throws: CredentialsError.self) { try await provider.current() }
        #expect(error.description.contains("took longer than"))
        #expect(events.all == [.failed(error, isExpired: false)])
    }

    @Test
    func aCancelledRequestStopsWaitingAndHarmsNoOther() async throws {
        let provider = provider()
        let leaving = Task { try await provider.current() }
        let staying = Task { try await provider.current() }
        var loads = source.loads.makeAsyncIterator()
        #expect(await loads.next() == 1)
        leaving.cancel()
        await #expect(throws: CredentialsError.self) { try await leaving.value }
        source.finish(.success(credentials("A")))
        #expect(try await staying.value.accessKeyID == "A")
        #expect(source.loadCount == 1)
    }

    @Test
    func anotherProviderTakesTheCredentialsOverAndKeepsThemWhereItsFirstLoadFails() async throws {
        let old = provider()
        source.finish(.success(credentials("A", life: 3600)))
        _ = try await old.current()
        let error = CredentialsError(.environment, "gone")
        let new = provider(succeeding: old)
        #expect(new.held == old.held)
        source.finish(.failure(error))
        #expect(try await new.current().accessKeyID == "A")
        try await eventually("the failure") { events.all.contains(.failed(error, isExpired: false)) }
        #expect(try await new.current().accessKeyID == "A")
        clock.advance(by: 60)
        source.finish(.success(credentials("B", life: 3600)))
        #expect(try await new.current().accessKeyID == "A", "no request waits")
        try await eventually("the new keys") { new.held?.credentials.accessKeyID == "B" }
    }

    @Test
    func withoutASourceTheErrorNamesThoseTried() async throws {
        let provider = CredentialsProvider(
            chain: CredentialsChain([
                EnvironmentCredentials(environment: [:]),
                ProfileCredentials(environment: [:], services: .offline) { _ in nil },
            ]),
            now: { 0 }
        )
        await #expect(
            throws: CredentialsError(
                nil,
                "no source has credentials: 'environment, profile'; configure one of them"
            )
        ) { try await provider.current() }
    }
}

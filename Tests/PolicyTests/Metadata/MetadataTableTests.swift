import CognitoSync
import Policy
import Testing

/// The metadata table in single histories; `MetadataTablePropertyTests` mixes them.
struct MetadataTableTests {
    private typealias Table = MetadataTable<String, Int>
    private struct NotLed: Error {}

    private let start = Instant.milliseconds(0)
    private let later = Instant.milliseconds(10)

    private func key() throws -> MetadataKey { .dataset(try scope()) }

    private func lead(
        _ table: inout Table,
        _ key: MetadataKey,
        revalidate: Bool = false,
        fetch: Int = 0,
        at now: Instant
    ) throws -> MetadataFetchToken {
        guard
            case .lead(let token, _) = table.lookUp(key, revalidate: revalidate, now: now, fetch: { fetch })
        else { throw NotLed() }
        return token
    }

    private func fill(
        _ table: inout Table,
        _ key: MetadataKey,
        _ response: String,
        at now: Instant
    ) throws -> Bool {
        table.complete(try lead(&table, key, at: now), with: .response(response, cost: 100), now: now)
    }

    private func look(
        _ table: inout Table,
        _ key: MetadataKey,
        revalidate: Bool = false,
        turn: ConfirmationTurn? = nil,
        at now: Instant
    ) -> String {
        switch table.lookUp(key, revalidate: revalidate, turn: turn, now: now, fetch: { 99 }) {
        case .hit(let cached): "hit \(cached.response)"
        case .wait(let fetch): "wait \(fetch)"
        case .queue: "queue"
        case .lead: "lead"
        }
    }

    @Test func manyThatAskForAConfirmedResponseShareTheThirdFetch() throws {
        var table = Table(limits: MetadataSamples.limits())
        let first = try lead(&table, key(), revalidate: true, fetch: 1, at: start)
        let second = try lead(&table, key(), revalidate: true, fetch: 2, at: start)
        guard case .queue(_, let turn) = table.lookUp(try key(), revalidate: true, now: start, fetch: { 9 })
        else { throw NotLed() }
        #expect(table.nextTurn(of: try key(), now: start) == nil)
        _ = table.complete(first, with: .response("a", cost: 1), now: start)
        #expect(table.nextTurn(of: try key(), now: start) == 9)
        guard
            case .lead(let third, _) = table.lookUp(
                try key(),
                revalidate: true,
                turn: turn,
                now: start,
                fetch: { 3 }
            )
        else { throw NotLed() }
        #expect(try look(&table, key(), revalidate: true, turn: turn, at: start) == "wait 3")
        _ = table.complete(second, with: .response("b", cost: 1), now: start)
        #expect(try look(&table, key(), revalidate: true, turn: turn, at: start) == "wait 3")
        _ = table.complete(third, with: .response("c", cost: 1), now: start)
        let fourth = try lead(&table, key(), revalidate: true, fetch: 4, at: start)
        #expect(table.complete(fourth, with: .response("d", cost: 1), now: start) == true)
        #expect(try look(&table, key(), revalidate: true, turn: turn, at: start) == "hit d")
        #expect(try look(&table, key(), revalidate: true, at: start) == "lead")
    }

    @Test func aResponseIsCachedForItsLifetimeFromTheSendingOfItsFetch() throws {
        var table = Table(limits: MetadataSamples.limits())
        let token = try lead(&table, key(), at: start)
        #expect(table.complete(token, with: .response("a", cost: 1), now: .milliseconds(1000)) == true)
        guard case .hit(let cached) = table.lookUp(try key(), now: .milliseconds(4999), fetch: { 0 }) else {
            throw NotLed()
        }
        #expect(cached.age == 4_999_000_000)
        #expect(cached.timeToLive == 1_000_000)
        #expect(try look(&table, key(), at: .milliseconds(5000)) == "lead")
    }

    @Test func aResponseThatComesAfterItsLifetimeIsNotCached() throws {
        var table = Table(limits: MetadataSamples.limits())
        let token = try lead(&table, key(), at: start)
        #expect(table.complete(token, with: .response("a", cost: 1), now: .milliseconds(5000)) == false)
        #expect(table.statistics.bytes == 0)
    }

    @Test func aReaderJoinsAFetchInFlight() throws {
        var table = Table(limits: MetadataSamples.limits())
        _ = try lead(&table, key(), fetch: 7, at: start)
        #expect(try look(&table, key(), at: later) == "wait 7")
        #expect(try look(&table, .identityUsage(owner()), at: later) == "lead")
    }

    @Test(arguments: [0, 1])
    func aReaderAfterAnInvalidationJoinsNoEarlierFetchAndItsResponseIsNotCached(invalidations: Int) throws {
        var table = Table(limits: MetadataSamples.limits())
        let token = try lead(&table, key(), fetch: 7, at: start)
        if invalidations > 0 { _ = table.invalidate(.dataset(try scope()), because: .write) }
        #expect(try look(&table, key(), at: later) == (invalidations > 0 ? "lead" : "wait 7"))
        #expect(table.complete(token, with: .response("old", cost: 1), now: later) == (invalidations == 0))
        #expect(table.statistics.fencedFills == invalidations)
    }

    @Test func aFetchThatCannotBeJoinedIsReplacedAndRemovesNothing() throws {
        var table = Table(limits: MetadataSamples.limits())
        let old = try lead(&table, key(), fetch: 1, at: start)
        let new = try lead(&table, key(), revalidate: true, fetch: 2, at: later)
        #expect(try look(&table, key(), at: later) == "wait 2", "later readers join the newer one")
        #expect(table.statistics.fetches == 2, "both are on the wire")
        #expect(table.complete(new, with: .response("new", cost: 1), now: later) == true)
        #expect(table.complete(old, with: .response("old", cost: 1), now: later) == false)
        // It may be newer than the cached response, and a caller has been shown it.
        #expect(try look(&table, key(), at: later) == "lead")
        #expect(table.statistics.invalidated == [.contradiction: 1])
    }

    @Test func aReaderJoinsNoFetchSentBeforeAResponseWasShown() throws {
        var table = Table(limits: MetadataSamples.limits())
        let first = try lead(&table, key(), fetch: 1, at: start)
        _ = try lead(&table, key(), revalidate: true, fetch: 2, at: start)
        #expect(table.complete(first, with: .error, now: later) == false)
        #expect(try look(&table, key(), at: later) == "lead", "2 may be of a moment before the error")
    }

    @Test func aRevalidationIsNeverAHitAndReplacesTheCachedResponse() throws {
        var table = Table(limits: MetadataSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        let token = try lead(&table, key(), revalidate: true, at: later)
        #expect(
            try look(&table, key(), at: later) == "hit a",
            "until it completes the old one is a true response"
        )
        #expect(table.complete(token, with: .response("b", cost: 1), now: later) == true)
        #expect(try look(&table, key(), at: later) == "hit b")
        #expect(table.statistics.invalidated.isEmpty)
    }

    @Test func anErrorIsNotCachedAndEndsTheCachedResponse() throws {
        var table = Table(limits: MetadataSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        let token = try lead(&table, key(), revalidate: true, at: later)
        #expect(table.complete(token, with: .error, now: later) == false)
        #expect(try look(&table, key(), at: later) == "lead")
    }

    @Test func aFailureTeachesNothing() throws {
        var table = Table(limits: MetadataSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        let token = try lead(&table, key(), revalidate: true, at: later)
        #expect(table.complete(token, with: .failed, now: later) == false)
        #expect(try look(&table, key(), at: later) == "hit a")
    }

    @Test func aLaterPageOfAListingIsSharedAndNotCached() throws {
        for key in [
            MetadataKey.datasets(try owner(), ListingPage(Paging(nextToken: "t"))),
            .poolUsages(ListingPage(Paging(nextToken: "t"))),
        ] {
            var table = Table(limits: MetadataSamples.limits())
            let token = try lead(&table, key, fetch: 3, at: start)
            #expect(look(&table, key, at: start) == "wait 3")
            #expect(table.complete(token, with: .response("a", cost: 1), now: later) == false)
            #expect(look(&table, key, at: later) == "lead")
        }
    }

    @Test func anOperationWithoutALifetimeIsNotCached() throws {
        var table = Table(limits: MetadataLimits(bytes: 1 << 20, lifetimes: [.listDatasets: 1]))
        #expect(try !fill(&table, key(), "a", at: start))
        #expect(table.statistics == CacheStatistics())
    }

    @Test func aShorterLifetimeHoldsForCachedResponsesToo() throws {
        var table = Table(limits: MetadataSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        table.resize(MetadataSamples.limits(lifetime: 5_000_000))
        #expect(try look(&table, key(), at: later) == "lead")
    }

    @Test func bytesAndNumberAreBounded() throws {
        var table = Table(limits: MetadataSamples.limits(bytes: 16 * 2048))
        for number in 0..<100 {
            #expect(try fill(&table, .identityUsage(owner(number)), "a", at: start))
            #expect(table.statistics.bytes <= 16 * 2048)
        }
        #expect(table.statistics.pages == 16 * 2048 / 1124)
        #expect(table.statistics.evictions == 100 - table.statistics.pages)
        table.resize(MetadataSamples.limits(bytes: 4 * 2048))
        #expect(table.statistics.bytes <= 4 * 2048)
        let large = try lead(&table, .poolUsage(MetadataSamples.pool()), at: start)
        #expect(table.complete(large, with: .response("large", cost: 1024), now: start) == false)
        let huge = try lead(&table, .poolUsage(MetadataSamples.pool()), at: start)
        #expect(table.complete(huge, with: .response("huge", cost: .max), now: start) == false)
    }

    @Test func oneIdentityCannotFillTheTableWithListingsOfEverySize() throws {
        var table = Table(limits: MetadataSamples.limits(responsesPerGroup: 8))
        #expect(try fill(&table, .identityUsage(owner(2)), "other", at: start))
        for number in 1...100 as ClosedRange<Int64> {
            let page = ListingPage(Paging(maxResults: number))
            #expect(try fill(&table, .datasets(owner(1), page), "a", at: start))
        }
        #expect(table.statistics.pages == 9)
        #expect(try look(&table, .identityUsage(owner(2)), at: start) == "hit other")
    }

    @Test func aFetchThatNeverComesBackIsAbandoned() throws {
        var table = Table(limits: MetadataSamples.limits())
        let lost = try lead(&table, key(), fetch: 1, at: start)
        #expect(try look(&table, key(), at: .milliseconds(14_999)) == "wait 1")
        let next = try lead(&table, key(), fetch: 2, at: .milliseconds(15_000))
        #expect(table.statistics.lostFetches == 1)
        #expect(table.statistics.fetches == 1)
        #expect(table.complete(lost, with: .response("late", cost: 1), now: .milliseconds(15_001)) == false)
        #expect(
            table.complete(next, with: .response("new", cost: 1), now: .milliseconds(15_002)) == false,
            "told since it left"
        )
        #expect(try fill(&table, key(), "newer", at: .milliseconds(15_003)))
    }

    @Test func nothingIsLeftOfWhatHasGone() throws {
        var table = Table(limits: MetadataSamples.limits())
        for number in 0..<10 {
            let token = try lead(&table, .identityUsage(owner(number)), at: start)
            _ = table.complete(token, with: number % 2 == 0 ? .failed : .response("a", cost: 1), now: start)
        }
        #expect(table.statistics.pages == 5)
        #expect(table.purge() == 5)
        #expect(table.statistics.bytes == 0)
        #expect(table.statistics.fetches == 0)
        #expect(table.isEmpty)
    }
}

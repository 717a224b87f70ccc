import CognitoSync
import Testing

@testable import Policy

struct SessionTokenPoolTests {
    @Test func eachTokenIsTakenOnceTheNewestFirst() {
        var pool = SessionTokenPool()
        for number in 1...6 { pool.add("\(number)", sentAt: .milliseconds(0)) }
        let taken = (1...6).map { _ in pool.take(now: .milliseconds(0)) }
        #expect(taken == ["6", "5", "4", "3", nil, nil])
    }

    @Test func aTokenOfMoreThan270SecondsIsNotTaken() {
        var pool = SessionTokenPool()
        pool.add("old", sentAt: .milliseconds(0))
        #expect(pool.take(now: .milliseconds(270_000)) == nil && pool.count == 0)
        pool.add("young", sentAt: .milliseconds(1))
        #expect(pool.take(now: .milliseconds(270_000)) == "young")
    }

    @Test func aTableKeepsTheTokensOfFetchesWithTheState() throws {
        var script = TableScript()
        let key = try pageKey()
        var listing = try ListingBuilder("a=1@3", count: 3)
        for token in ["first", "second"] {
            listing.sessionToken = token
            try script.fill(key, listing, revalidate: true)
        }
        let now = Instant.milliseconds(0)
        #expect(script.table.takeToken(of: key.dataset, now: now) == "second")
        #expect(script.table.takeToken(of: key.dataset, now: now) == "first")
        #expect(script.table.takeToken(of: key.dataset, now: now) == nil)
    }
}

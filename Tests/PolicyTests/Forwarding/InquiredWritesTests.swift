import CognitoSync
import TestSupport
import Testing

@testable import Policy

/// The bounds of the memory of writes that were asked after.
@Suite struct InquiredWritesTests {
    private let start = InquiredWrites.Start(syncCount: 3, sentAt: 1000)

    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    private func key(_ number: Int, digest: [UInt8] = [1]) throws -> InquiredWrites.Key {
        let pool = try #require(IdentityPoolID("r:0"))
        let owner = IdentityScope(pool: pool, identity: try #require(IdentityID("r:1")))
        let scope = DatasetScope(owner: owner, dataset: try #require(DatasetName("d")))
        return InquiredWrites.Key(invocation: "call-\(number)", dataset: scope, digest: digest)
    }

    @Test func aWriteIsFoundUnderItsOwnKeyForAMinute() throws {
        var writes = InquiredWrites()
        writes.record(.unknown(start), of: try key(1), start: start, now: at(0))
        #expect(writes.find(try key(1), now: at(59)) == .unknown(start))
        #expect(writes.find(try key(1), now: at(60)) == nil)
        #expect(writes.find(try key(2), now: at(0)) == nil)
        #expect(writes.find(try key(1, digest: [2]), now: at(0)) == nil)
    }

    @Test func itIsEmptyAgainOnceAllHaveEnded() throws {
        var writes = InquiredWrites()
        var found = [writes.isEmpty(now: at(0))]
        writes.record(.applied(body: [1]), of: try key(1), start: start, now: at(0))
        found.append(writes.isEmpty(now: at(59)))
        found.append(writes.isEmpty(now: at(60)))
        #expect(found == [true, false, true])
    }

    @Test func theNumberIsBoundedAndTheOldestGoFirst() throws {
        var writes = InquiredWrites()
        for number in 0..<3000 {
            writes.record(.unknown(start), of: try key(number), start: start, now: at(0))
        }
        #expect(writes.count(of: try key(0).dataset, now: at(0)) == 1024)
        #expect(writes.find(try key(2999), now: at(0)) != nil)
        #expect(writes.find(try key(1975), now: at(0)) == nil)
    }

    @Test func theBytesAreBounded() throws {
        var writes = InquiredWrites()
        let body = [UInt8](repeating: 0x20, count: 60_000)
        for number in 0..<300 {
            writes.record(.applied(body: body), of: try key(number), start: start, now: at(0))
        }
        #expect(writes.count(of: try key(0).dataset, now: at(0)) == (8 << 20) / 60_000)
    }

    @Test func aLongSuccessIsAskedAfterAgain() throws {
        var writes = InquiredWrites()
        let body = [UInt8](repeating: 0x20, count: 65_537)
        writes.record(.applied(body: body), of: try key(1), start: start, now: at(0))
        #expect(writes.find(try key(1), now: at(0)) == .unknown(start))
    }

    @Test func aWriteThatIsRecordedAgainAndAgainTakesOnePlace() throws {
        var writes = InquiredWrites()
        for _ in 0..<10_000 {
            writes.record(.applied(body: [1]), of: try key(1), start: start, now: at(0))
        }
        #expect(writes.find(try key(1), now: at(0)) == .applied(body: [1]))
        writes.forget(try key(1))
        #expect(writes.find(try key(1), now: at(0)) == nil)
    }
}

import CognitoSync
import Policy
import Testing

struct KeyBytesTests {
    @Test func theFormIsFixed() throws {
        let expected: [UInt8] =
            [2, 0, 0, 0, 11] + Array("us-east-1:a".utf8) + [0, 0, 0, 11] + Array("us-east-1:1".utf8)
            + [0, 0, 0, 5] + Array("notes".utf8)
        #expect(try scope().serialised == expected)
        let cursor = PageCursor(since: 258, syncCount: 3, digest: 4, index: 5)
        let page = PageKey(dataset: try scope(), since: 258, maxResults: nil, cursor: cursor)
        func number(_ value: UInt8) -> [UInt8] { [1, 0, 0, 0, 0, 0, 0, 0, value] }
        #expect(
            page.serialised == [3] + expected.dropFirst() + [1, 0, 0, 0, 0, 0, 0, 1, 2, 0] + number(3)
                + number(4) + number(5)
        )
    }

    @Test func keysThatDifferHaveBytesThatDiffer() throws {
        let pools = try ["a:b", "a:bc"].map { try #require(IdentityPoolID($0)) }
        var keys: [PageKey] = []
        for pool in pools {
            for identity in ["c:d", "c:dd", "bc:d"] {
                let owner = IdentityScope(pool: pool, identity: try #require(IdentityID(identity)))
                for name in ["c", "d:c", "dc"] {
                    let dataset = DatasetScope(owner: owner, dataset: try #require(DatasetName(name)))
                    for since in [0, 1] as [Int64] {
                        for most in [nil, 0, 1] as [Int64?] {
                            keys.append(PageKey(dataset: dataset, since: since, maxResults: most))
                            for (count, digest, index) in [(1, 2, 3), (1, 3, 2), (2, 1, 3)] {
                                let cursor = PageCursor(
                                    since: since,
                                    syncCount: Int64(count),
                                    digest: UInt64(digest),
                                    index: index
                                )
                                keys.append(
                                    PageKey(dataset: dataset, since: since, maxResults: most, cursor: cursor)
                                )
                            }
                        }
                    }
                }
            }
        }
        let distinct = Set(keys)
        #expect(Set(keys.map(\.serialised)).count == distinct.count)
        #expect(distinct.count == 2 * 3 * 3 * 2 * 3 * 4)
    }

    @Test func bucketsOfDifferentKindsNeverMeet() throws {
        let keys: [ThrottleKey] = [
            .everyone, .caller("a"), .address("a"), .identity(try owner()), .caller("127.0.0.1"),
        ]
        #expect(Set(keys.map(\.serialised)).count == keys.count)
    }

    @Test func allOfAnIdentityIsInOneShardAndIdentitiesSpread() throws {
        let shards = try (0..<200).map { try owner($0).shard(among: 16) }
        #expect(shards.allSatisfy { (0..<16).contains($0) })
        #expect(Set(shards).count > 8)
        #expect(try owner(5).shard(among: 0) == 0)
    }
}

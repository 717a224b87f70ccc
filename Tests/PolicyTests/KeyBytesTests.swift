import CognitoSync
import Policy
import Testing

struct KeyBytesTests {
    @Test func theFormIsFixed() throws {
        let expected: [UInt8] =
            [2, 0, 0, 0, 11] + Array("us-east-1:a".utf8) + [0, 0, 0, 11] + Array("us-east-1:1".utf8)
            + [0, 0, 0, 5] + Array("notes".utf8)
        #expect(try scope().serialised == expected)
        let page = PageKey(dataset: try scope(), lastSyncCount: 258, maxResults: nil, nextToken: "x")
        #expect(
            page.serialised == [3] + expected.dropFirst() + [1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 1, 0, 0, 0, 1]
                + Array("x".utf8)
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
                    for count in [nil, 0, 1] as [Int64?] {
                        for token in [nil, "1", "\u{e9}", "e\u{301}"] as [String?] {
                            keys.append(
                                PageKey(
                                    dataset: dataset,
                                    lastSyncCount: count,
                                    maxResults: nil,
                                    nextToken: token
                                )
                            )
                            keys.append(
                                PageKey(
                                    dataset: dataset,
                                    lastSyncCount: nil,
                                    maxResults: count,
                                    nextToken: token
                                )
                            )
                        }
                    }
                }
            }
        }
        let distinct = Set(keys)
        #expect(Set(keys.map(\.serialised)).count == distinct.count)
        #expect(distinct.count == 2 * 3 * 3 * 5 * 4)
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

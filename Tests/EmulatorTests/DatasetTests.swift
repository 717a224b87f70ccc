import CognitoSync
import Testing

@testable import Emulator

/// Datasets that come, go, come again and merge (domain.md 2).
@Suite struct DatasetTests {
    // domain.md 1.3, "404".
    @Test func describeAndDeleteOfAnAbsentDatasetAre404() throws {
        var client = try Client()
        let described = try #require(throws: ServiceError.self) {
            try client.store.describeDataset(client.scope)
        }
        let deleted = try #require(throws: ServiceError.self) {
            try client.store.deleteDataset(client.scope, at: client.now)
        }
        for refusal in [described, deleted] {
            #expect(refusal.status == 404)
            #expect(refusal.name == "ResourceNotFoundException")
        }
    }

    @Test func describeTellsDatesSizeAndRecords() throws {
        var client = try Client()
        let created = client.now
        try client.write(.replace("key", "value", at: 0), .replace("gone", "x", at: 0))
        client.now = created.advanced(by: 1000)
        try client.write(.remove("gone", at: 1))
        let summary = try client.store.describeDataset(client.scope)
        #expect(summary.created == created)
        #expect(summary.lastModified == client.now)
        #expect(summary.records == 1)
        #expect(summary.size == 12)
    }

    // domain.md 2, "delete + recreate", and 8 question 3: the counter begins anew.
    @Test func aDatasetMadeAgainCountsFromOne() throws {
        var client = try Client(.with { $0.counterAfterDelete = .restarts })
        try client.write(.replace("a", "1", at: 0))
        try client.write(.replace("a", "2", at: 1))
        _ = try client.store.deleteDataset(client.scope, at: client.now)
        let gone = try client.read(since: 2)
        #expect(!gone.exists)
        #expect(gone.syncCount == 0)
        #expect(gone.deletedAfterRequestedSyncCount)
        #expect(try !client.read().deletedAfterRequestedSyncCount)
        #expect(try client.write(.replace("b", "1", at: 0)).map(\.syncCount) == [1])
        #expect(throws: ServiceError.noSuchSyncCount(2)) { try client.read(since: 2) }
        #expect(try !client.read(since: 1).deletedAfterRequestedSyncCount)
    }

    // The counter goes on, and those who knew the old dataset are told.
    @Test func orADatasetMadeAgainCountsOn() throws {
        var client = try Client(.with { $0.counterAfterDelete = .continues })
        try client.write(.replace("a", "1", at: 0))
        try client.write(.replace("a", "2", at: 1))
        _ = try client.store.deleteDataset(client.scope, at: client.now)
        #expect(try client.write(.replace("b", "1", at: 0)).map(\.syncCount) == [3])
        for old in [Int64(1), 2] {
            let answer = try client.read(since: old)
            #expect(answer.deletedAfterRequestedSyncCount)
            #expect(answer.keys == ["b"])
        }
        #expect(try !client.read(since: 3).deletedAfterRequestedSyncCount)
        #expect(try !client.read().deletedAfterRequestedSyncCount)
    }

    @Test func datasetsAreListedByNameInPages() throws {
        var client = try Client()
        for name in ["c", "a", "b"] {
            client.scope = try #require(
                DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: name)
            )
            try client.write(.replace("k", "v", at: 0))
        }
        let first = try client.store.listDatasets(client.scope.owner, Paging(maxResults: 2))
        #expect(first.items.map(\.name) == ["a", "b"])
        let second = try client.store.listDatasets(
            client.scope.owner,
            Paging(maxResults: 2, nextToken: first.nextToken)
        )
        #expect(second.items.map(\.name) == ["c"])
        #expect(second.nextToken == nil)
    }

    // domain.md 2, "identity merge": no write, no count changes, and yet the answer does.
    @Test func aMergeBringsTheLosersDatasetsUnderNewNames() throws {
        var winner = try Client()
        try winner.write(.replace("a", "winner", at: 0))
        var loser = winner
        loser.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.otherIdentity, dataset: "scores")
        )
        try loser.write(.replace("a", "loser", at: 0))
        try loser.write(.replace("b", "loser", at: 0))
        winner.store = loser.store
        try winner.store.merge(
            loser.scope.owner.identity,
            into: winner.scope.owner.identity,
            of: winner.scope.owner.pool,
            at: winner.now
        )
        let merged = "scores.\(DemoData.otherIdentity)"
        #expect(try winner.read().mergedDatasetNames == [merged])
        #expect(try winner.read().syncCount == 1)
        loser.store = winner.store
        #expect(try !loser.read().exists)
        // "a merge dataset on the server has a sync count of 1"
        winner.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: merged)
        )
        #expect(try winner.read().syncCount == 1)
        #expect(try winner.read().values == ["loser", "loser"])
    }

    // domain.md 2, "DeleteDataset": the datasets it was merged with no longer report the merge.
    @Test func deletingAMergedDatasetEndsTheReport() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        let loser = try #require(IdentityID(DemoData.otherIdentity))
        let other = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.otherIdentity, dataset: "scores")
        )
        _ = try client.store.write(other, [Patch(key: "a", value: "2", syncCount: nil)], at: client.now)
        try client.store.merge(
            loser,
            into: client.scope.owner.identity,
            of: client.scope.owner.pool,
            at: client.now
        )
        let merged = try #require(
            DatasetScope(
                pool: DemoData.pool,
                identity: DemoData.identity,
                dataset: "scores.\(DemoData.otherIdentity)"
            )
        )
        _ = try client.store.deleteDataset(merged, at: client.now)
        #expect(try client.read().mergedDatasetNames.isEmpty)
    }

    // domain.md 7, "DatasetName": merge names could exceed 128 characters; they are still reported.
    @Test func aMergedNameMayBeLongerThanARequestMaySpell() throws {
        let long = String(repeating: "d", count: 128)
        var client = try Client(identity: DemoData.otherIdentity, dataset: long)
        try client.write(.replace("a", "1", at: 0))
        let winner = try #require(IdentityID(DemoData.identity))
        try client.store.merge(
            client.scope.owner.identity,
            into: winner,
            of: client.scope.owner.pool,
            at: client.now
        )
        client.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: long)
        )
        #expect(try client.read().mergedDatasetNames == ["\(long).\(DemoData.otherIdentity)"])
        #expect(try !client.read().exists)
    }

    @Test func anIdentityThatIsNotThereCannotBeMerged() throws {
        var client = try Client()
        let nobody = try #require(IdentityID(DemoData.otherIdentity))
        #expect(throws: ServiceError.self) {
            try client.store.merge(
                nobody,
                into: client.scope.owner.identity,
                of: client.scope.owner.pool,
                at: client.now
            )
        }
    }
}

import CognitoSync
import Testing

@testable import Emulator

/// The creation, deletion, second creation and merge of datasets.
@Suite struct DatasetTests {
    @Test func describeAndDeleteOfAnAbsentDatasetAre404() throws {
        var harness = try DatasetHarness()
        let described = try #require(throws: ServiceError.self) {
            try harness.store.describeDataset(harness.scope)
        }
        let deleted = try #require(throws: ServiceError.self) {
            try harness.store.deleteDataset(harness.scope, at: harness.now)
        }
        for refusal in [described, deleted] {
            #expect(refusal.status == 404)
            #expect(refusal.name == "ResourceNotFoundException")
        }
    }

    @Test func describeReturnsDatesSizeAndRecords() throws {
        var harness = try DatasetHarness()
        let created = harness.now
        try harness.write(.replace("key", "value", at: 0), .replace("gone", "x", at: 0))
        harness.now = created.advanced(by: 1000)
        try harness.write(.remove("gone", at: 1))
        let summary = try harness.store.describeDataset(harness.scope)
        #expect(summary.created == created)
        #expect(summary.lastModified == harness.now)
        #expect(summary.records == 1)
        #expect(summary.size == 12)
    }

    // The count after a second creation is not published. The older reading: it restarts.
    @Test func aDatasetMadeAgainCountsFromOne() throws {
        var harness = try DatasetHarness(.with { $0.counterAfterDelete = .restarts })
        try harness.write(.replace("a", "1", at: 0))
        try harness.write(.replace("a", "2", at: 1))
        _ = try harness.store.deleteDataset(harness.scope, at: harness.now)
        let gone = try harness.read(since: 2)
        #expect(!gone.exists)
        #expect(gone.syncCount == 0)
        #expect(gone.deletedAfterRequestedSyncCount)
        #expect(try !harness.read().deletedAfterRequestedSyncCount)
        #expect(try harness.write(.replace("b", "1", at: 0)).map(\.syncCount) == [1])
        #expect(throws: ServiceError.noSuchSyncCount(2)) { try harness.read(since: 2) }
        #expect(try !harness.read(since: 1).deletedAfterRequestedSyncCount)
    }

    // A test by AWS: a caller with an old count learns of the deletion and of the new records in one
    // response.
    @Test func aDatasetMadeAgainCountsOn() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        try harness.write(.replace("a", "2", at: 1))
        _ = try harness.store.deleteDataset(harness.scope, at: harness.now)
        #expect(try harness.write(.replace("b", "1", at: 0)).map(\.syncCount) == [3])
        for old in [Int64(1), 2] {
            let response = try harness.read(since: old)
            #expect(response.deletedAfterRequestedSyncCount)
            #expect(response.keys == ["b"])
        }
        #expect(try !harness.read(since: 3).deletedAfterRequestedSyncCount)
        #expect(try !harness.read().deletedAfterRequestedSyncCount)
    }

    // A test by AWS: no error about the count, though the dataset that had it is gone.
    @Test(arguments: ServiceRules.CounterAfterDelete.allCases)
    func anOldCountOfADeletedDatasetIsNoError(rule: ServiceRules.CounterAfterDelete) throws {
        var harness = try DatasetHarness(.with { $0.counterAfterDelete = rule })
        try harness.write(.replace("a", "1", at: 0))
        _ = try harness.store.deleteDataset(harness.scope, at: harness.now)
        let gone = try harness.read(since: 1)
        #expect(gone.deletedAfterRequestedSyncCount)
        #expect(!gone.exists)
        #expect(gone.syncCount == 0)
        #expect(gone.records.isEmpty)
        #expect(try !harness.read(since: 2).exists)
    }

    @Test func datasetsAreListedByNameInPages() throws {
        var harness = try DatasetHarness()
        for name in ["c", "a", "b"] {
            harness.scope = try #require(
                DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: name)
            )
            try harness.write(.replace("k", "v", at: 0))
        }
        let first = try harness.store.listDatasets(harness.scope.owner, Paging(maxResults: 2))
        #expect(first.items.map(\.name) == ["a", "b"])
        let second = try harness.store.listDatasets(
            harness.scope.owner,
            Paging(maxResults: 2, nextToken: first.nextToken)
        )
        #expect(second.items.map(\.name) == ["c"])
        #expect(second.nextToken == nil)
    }

    // "When two previously unconnected identities are linked, all their datasets are merged" (developer
    // guide). Nothing is written and no count changes, but the response does.
    @Test func aMergeBringsTheLosersDatasetsUnderNewNames() throws {
        var winner = try DatasetHarness()
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

    // "Datasets that this dataset was merged with will no longer report the merge" (API reference).
    @Test func deletingAMergedDatasetEndsTheReport() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        let loser = try #require(IdentityID(DemoData.otherIdentity))
        let other = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.otherIdentity, dataset: "scores")
        )
        _ = try harness.store.write(other, [Patch(key: "a", value: "2", syncCount: nil)], at: harness.now)
        try harness.store.merge(
            loser,
            into: harness.scope.owner.identity,
            of: harness.scope.owner.pool,
            at: harness.now
        )
        let merged = try #require(
            DatasetScope(
                pool: DemoData.pool,
                identity: DemoData.identity,
                dataset: "scores.\(DemoData.otherIdentity)"
            )
        )
        _ = try harness.store.deleteDataset(merged, at: harness.now)
        #expect(try harness.read().mergedDatasetNames.isEmpty)
    }

    // The name of a merged dataset may exceed 128 characters; it is still reported.
    @Test func aMergedNameMayBeLongerThanARequestAllows() throws {
        let long = String(repeating: "d", count: 128)
        var harness = try DatasetHarness(identity: DemoData.otherIdentity, dataset: long)
        try harness.write(.replace("a", "1", at: 0))
        let winner = try #require(IdentityID(DemoData.identity))
        try harness.store.merge(
            harness.scope.owner.identity,
            into: winner,
            of: harness.scope.owner.pool,
            at: harness.now
        )
        harness.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: long)
        )
        #expect(try harness.read().mergedDatasetNames == ["\(long).\(DemoData.otherIdentity)"])
        #expect(try !harness.read().exists)
    }

    @Test func anAbsentIdentityCannotBeMerged() throws {
        var harness = try DatasetHarness()
        let absent = try #require(IdentityID(DemoData.otherIdentity))
        #expect(throws: ServiceError.self) {
            try harness.store.merge(
                absent,
                into: harness.scope.owner.identity,
                of: harness.scope.owner.pool,
                at: harness.now
            )
        }
    }
}

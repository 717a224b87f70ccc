import CognitoSync
import Testing

@testable import Emulator

/// The sync count and the conflicts that it decides (domain.md 1.1, 1.3 and 2).
@Suite struct SyncCountTests {
    // domain.md 2, "new dataset count": the first write gives 1.
    @Test func theFirstWriteGivesOne() throws {
        var client = try Client()
        let records = try client.write(.replace("a", "1", at: 0))
        #expect(records.map(\.syncCount) == [1])
        #expect(try client.read().syncCount == 1)
    }

    // domain.md 2, "+1 per call or per record?": one for the call, and every record of it carries it.
    @Test func eachWriteRaisesTheCountByOneForAllItsRecords() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        let records = try client.write(
            .replace("b", "2", at: 1),
            .replace("c", "1", at: 0),
            .remove("a", at: 1)
        )
        #expect(records.map(\.key.text) == ["b", "c", "a"])
        #expect(records.map(\.syncCount) == [2, 2, 2])
        #expect(try client.read().syncCount == 2)
    }

    // domain.md 1.3: the live text, to the letter.
    @Test func aStaleCountIsAConflictInTheLiveWords() throws {
        var client = try Client()
        try client.write(.replace("user", "1", at: 0))
        let conflict = ServiceError(
            status: 409,
            name: "ResourceConflictException",
            message: "Current SyncCount for: user is: 1 not: 0"
        )
        #expect(throws: conflict) { try client.write(.replace("user", "2", at: 0)) }
    }

    @Test func aCountThatTheKeyNeverHadIsAConflictToo() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        #expect(throws: ServiceError.conflict(key: RecordKey("b"), current: 0, given: 1)) {
            try client.write(.replace("b", "1", at: 1))
        }
    }

    @Test func aWriteWithOneConflictChangesNothing() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        #expect(throws: ServiceError.self) {
            try client.write(.replace("b", "new", at: 0), .replace("a", "2", at: 0))
        }
        let answer = try client.read()
        #expect(answer.syncCount == 1)
        #expect(answer.keys == ["a"])
        #expect(answer.values == ["1"])
    }

    @Test func aKeyTwiceInOneWriteIsRefused() throws {
        var client = try Client()
        #expect(throws: ServiceError.invalidParameter("Duplicate key in RecordPatches: a")) {
            try client.write(.replace("a", "1", at: 0), .replace("a", "2", at: 0))
        }
    }

    // domain.md 7, "RecordPatches": an empty list is undefined; here it makes nothing.
    @Test func aWriteOfNothingMakesNoDataset() throws {
        var client = try Client()
        #expect(try client.write().isEmpty)
        #expect(try !client.read().exists)
    }

    // domain.md 2, "same value + stale count", and 8 question 6: both ways.
    @Test func aPatchWithTheSameValueCountsAsAnyOther() throws {
        var client = try Client(.with { $0.sameValuePatch = .bumps })
        try client.write(.replace("a", "1", at: 0))
        #expect(throws: ServiceError.self) { try client.write(.replace("a", "1", at: 0)) }
        try client.write(.replace("a", "1", at: 1))
        #expect(try client.read().syncCount == 2)
    }

    @Test func orAPatchWithTheSameValueLeavesTheRecordAsItIs() throws {
        var client = try Client(.with { $0.sameValuePatch = .keeps })
        try client.write(.replace("a", "1", at: 0))
        #expect(try client.write(.replace("a", "1", at: 0)).map(\.syncCount) == [1])
        #expect(try client.read().syncCount == 1)
        #expect(
            try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0)).map(\.syncCount) == [1, 2]
        )
    }

    // domain.md 2, "Tombstones persist": a removed key is taken up again with the tombstone's count.
    @Test func aRemovedKeyKeepsItsCount() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        try client.write(.remove("a", at: 1))
        #expect(throws: ServiceError.conflict(key: RecordKey("a"), current: 2, given: 0)) {
            try client.write(.replace("a", "2", at: 0))
        }
        #expect(try client.write(.replace("a", "2", at: 2)).map(\.syncCount) == [3])
    }

    @Test func orARemovedKeyMayBeginAtZeroAgain() throws {
        var client = try Client(.with { $0.resurrection = .zeroToo })
        try client.write(.replace("a", "1", at: 0))
        try client.write(.remove("a", at: 1))
        #expect(try client.write(.replace("a", "2", at: 0)).map(\.syncCount) == [3])
    }

    // Keys are bytes: Swift's own comparison would take these two for one.
    @Test func composedAndDecomposedLettersAreTwoKeys() throws {
        var client = try Client()
        try client.write(.replace("\u{E9}", "composed", at: 0), .replace("e\u{301}", "decomposed", at: 0))
        #expect(try client.read().records.count == 2)
        let current = try client.read().records
        #expect(current.first?.hasValue("decomposed") == true)
        #expect(current.first?.hasValue("composed") == false)
    }

    // domain.md 4: 20 datasets, 1024 records, 1 MB of UTF-8 keys and values; a tombstone is its key.
    @Test func theTwentyFirstDatasetIsTooMany() throws {
        var client = try Client()
        for number in 1...20 {
            client.scope = try #require(
                DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: "d\(number)")
            )
            try client.write(.replace("a", "1", at: 0))
        }
        try client.write(.replace("a", "2", at: 1))
        client.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: "d21")
        )
        let refusal = try #require(throws: ServiceError.self) { try client.write(.replace("a", "1", at: 0)) }
        #expect(refusal.name == "LimitExceededException")
        #expect(refusal.status == 400)
    }

    @Test func theRecordBeyondTheLimitIsTooMany() throws {
        var client = try Client()
        let patches = (0..<1024).map { Patch(key: "k\($0)", value: "", syncCount: 0) }
        let token = try client.read().sessionToken
        _ = try client.store.updateRecords(client.scope, token: token, patches: patches, at: client.now)
        #expect(throws: ServiceError.self) { try client.write(.replace("one more", "", at: 0)) }
        try client.write(.remove("k7", at: 1), .replace("instead", "", at: 0))
        #expect(try client.read().syncCount == 2)
    }

    @Test func theByteBeyondTheLimitIsTooMany() throws {
        var client = try Client(.with { $0.datasetBytes = 10 })
        try client.write(.replace("k", "123456789", at: 0))
        #expect(throws: ServiceError.self) { try client.write(.replace("k", "1234567890", at: 1)) }
        try client.write(.remove("k", at: 1))
        #expect(try client.store.describeDataset(client.scope).size == 1)
        // Two bytes each: it is UTF-8 that counts.
        #expect(throws: ServiceError.self) { try client.write(.replace("k", "ééééé", at: 2)) }
    }
}

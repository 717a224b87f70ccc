import CognitoSync
import Testing

@testable import Emulator

/// The sync count and the conflicts that it decides.
@Suite struct SyncCountTests {
    // Seen live after a first write: "is: 1 not: 0" (amazon-cognito-js#31).
    @Test func theFirstWriteGivesOne() throws {
        var harness = try DatasetHarness()
        let records = try harness.write(.replace("a", "1", at: 0))
        #expect(records.map(\.syncCount) == [1])
        #expect(try harness.read().syncCount == 1)
    }

    // The count rises by one for each write, and all its records have that count: the SDKs rely on it.
    @Test func eachWriteRaisesTheCountByOneForAllItsRecords() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        let records = try harness.write(
            .replace("b", "2", at: 1),
            .replace("c", "1", at: 0),
            .remove("a", at: 1)
        )
        #expect(records.map(\.key.text) == ["b", "c", "a"])
        #expect(records.map(\.syncCount) == [2, 2, 2])
        #expect(try harness.read().syncCount == 2)
    }

    // The exact text of the live service (amazon-cognito-js#31).
    @Test func aStaleCountIsAConflictWithTheLiveText() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("user", "1", at: 0))
        let conflict = ServiceError(
            status: 409,
            name: "ResourceConflictException",
            message: "Current SyncCount for: user is: 1 not: 0"
        )
        #expect(throws: conflict) { try harness.write(.replace("user", "2", at: 0)) }
    }

    // Every printed 409 has "is" above "not", and a test by AWS writes with a higher count.
    @Test func aHigherCountIsNoConflict() throws {
        var harness = try DatasetHarness()
        #expect(try harness.write(.replace("a", "1", at: 7)).map(\.syncCount) == [1])
        #expect(try harness.write(.replace("a", "2", at: 9)).map(\.syncCount) == [2])
        #expect(try harness.write(.remove("a", at: 3)).map(\.syncCount) == [3])
        #expect(try harness.write(.replace("a", "3", at: .max)).map(\.syncCount) == [4])
        #expect(throws: ServiceError.conflict(key: RecordKey("a"), current: 4, given: 3)) {
            try harness.write(.replace("a", "4", at: 3))
        }
        #expect(throws: ServiceError.conflict(key: RecordKey("b"), current: 0, given: -1)) {
            try harness.write(.replace("b", "1", at: -1))
        }
    }

    // The older reading of the rule.
    @Test func aCountThatTheKeyNeverHadMayBeAConflictToo() throws {
        var harness = try DatasetHarness(.with { $0.conflict = .unequal })
        try harness.write(.replace("a", "1", at: 0))
        #expect(throws: ServiceError.conflict(key: RecordKey("b"), current: 0, given: 1)) {
            try harness.write(.replace("b", "1", at: 1))
        }
    }

    @Test func aWriteWithOneConflictChangesNothing() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        #expect(throws: ServiceError.self) {
            try harness.write(.replace("b", "new", at: 0), .replace("a", "2", at: 0))
        }
        let response = try harness.read()
        #expect(response.syncCount == 1)
        #expect(response.keys == ["a"])
        #expect(response.values == ["1"])
    }

    @Test func aKeyTwiceInOneWriteIsRefused() throws {
        var harness = try DatasetHarness()
        #expect(throws: ServiceError.invalidParameter("Duplicate key in RecordPatches: a")) {
            try harness.write(.replace("a", "1", at: 0), .replace("a", "2", at: 0))
        }
    }

    // The effect of an empty list is not published; here it creates nothing.
    @Test func anEmptyWriteCreatesNoDataset() throws {
        var harness = try DatasetHarness()
        #expect(try harness.write().isEmpty)
        #expect(try !harness.read().exists)
    }

    // The effect of a patch with the same value is not published: both behaviours.
    @Test func aPatchWithTheSameValueCountsAsAnyOther() throws {
        var harness = try DatasetHarness(.with { $0.sameValuePatch = .bumps })
        try harness.write(.replace("a", "1", at: 0))
        #expect(throws: ServiceError.self) { try harness.write(.replace("a", "1", at: 0)) }
        try harness.write(.replace("a", "1", at: 1))
        #expect(try harness.read().syncCount == 2)
    }

    @Test func aPatchWithTheSameValueMayLeaveTheRecordUnchanged() throws {
        var harness = try DatasetHarness(.with { $0.sameValuePatch = .keeps })
        try harness.write(.replace("a", "1", at: 0))
        #expect(try harness.write(.replace("a", "1", at: 1)).map(\.syncCount) == [1])
        #expect(try harness.read().syncCount == 1)
        #expect(
            try harness.write(.replace("a", "1", at: 1), .replace("b", "1", at: 0)).map(\.syncCount) == [
                1, 2,
            ]
        )
    }

    // Seen live (aws-sdk-net#391): the value does not excuse a stale count.
    @Test(arguments: ServiceRules.SameValuePatch.allCases)
    func theSameValueWithAStaleCountIsAConflict(rule: ServiceRules.SameValuePatch) throws {
        var harness = try DatasetHarness(.with { $0.sameValuePatch = rule })
        try harness.write(.replace("a", "1", at: 0))
        guard rule != .keepsWhateverCount else {
            #expect(try harness.write(.replace("a", "1", at: 0)).map(\.syncCount) == [1])
            return
        }
        #expect(throws: ServiceError.conflict(key: RecordKey("a"), current: 1, given: 0)) {
            try harness.write(.replace("a", "1", at: 0))
        }
        try harness.write(.remove("a", at: 1))
        #expect(throws: ServiceError.conflict(key: RecordKey("a"), current: 2, given: 1)) {
            try harness.write(.remove("a", at: 1))
        }
    }

    // Captured live: sent ...873.059, LastModifiedDate ...875.74, stored ...875.82.
    @Test func theDateOfTheDeviceIsRewritten() throws {
        var harness = try DatasetHarness()
        let sent = harness.now.advanced(by: -2681)
        let patch = Patch(key: "a", value: "1", syncCount: 0, deviceLastModified: sent)
        let written = try harness.write(patch, .replace("b", "1", at: 0))
        #expect(written.map(\.lastModified) == [harness.now, harness.now])
        let stored = harness.now.advanced(by: 80)
        #expect(written.map(\.deviceLastModified) == [stored, stored])
        #expect(try harness.read().records.map(\.deviceLastModified) == [stored, stored])
    }

    @Test func aRuleLeavesTheDateOfTheDeviceUnchanged() throws {
        var harness = try DatasetHarness(.with { $0.deviceDates = .kept })
        let sent = harness.now.advanced(by: -2681)
        let patch = Patch(key: "a", value: "1", syncCount: 0, deviceLastModified: sent)
        #expect(
            try harness.write(patch, .replace("b", "1", at: 0)).map(\.deviceLastModified) == [sent, nil]
        )
    }

    // A patch for a removed key has the count of the tombstone: so the SDKs for Android and .NET send it.
    @Test func aRemovedKeyKeepsItsCount() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        try harness.write(.remove("a", at: 1))
        #expect(throws: ServiceError.conflict(key: RecordKey("a"), current: 2, given: 0)) {
            try harness.write(.replace("a", "2", at: 0))
        }
        #expect(try harness.write(.replace("a", "2", at: 2)).map(\.syncCount) == [3])
    }

    @Test func aRemovedKeyMayBeginAtZeroAgain() throws {
        var harness = try DatasetHarness(.with { $0.resurrection = .zeroToo })
        try harness.write(.replace("a", "1", at: 0))
        try harness.write(.remove("a", at: 1))
        #expect(try harness.write(.replace("a", "2", at: 0)).map(\.syncCount) == [3])
    }

    // Keys are bytes: `String ==` would treat these two as equal.
    @Test func composedAndDecomposedLettersAreTwoKeys() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("\u{E9}", "composed", at: 0), .replace("e\u{301}", "decomposed", at: 0))
        #expect(try harness.read().records.count == 2)
        let current = try harness.read().records
        #expect(current.first?.hasValue("decomposed") == true)
        #expect(current.first?.hasValue("composed") == false)
    }

    // The published limits: 20 datasets, 1024 records, 1 MB of keys and values in UTF-8.
    @Test func theTwentyFirstDatasetIsRefused() throws {
        var harness = try DatasetHarness()
        for number in 1...20 {
            harness.scope = try #require(
                DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: "d\(number)")
            )
            try harness.write(.replace("a", "1", at: 0))
        }
        try harness.write(.replace("a", "2", at: 1))
        harness.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: "d21")
        )
        let refusal = try #require(throws: ServiceError.self) { try harness.write(.replace("a", "1", at: 0)) }
        #expect(refusal.name == "LimitExceededException")
        #expect(refusal.status == 400)
    }

    @Test func aRecordBeyondTheLimitIsRefused() throws {
        var harness = try DatasetHarness()
        let patches = (0..<1024).map { Patch(key: "k\($0)", value: "", syncCount: 0) }
        let token = try harness.read().sessionToken
        _ = try harness.store.updateRecords(harness.scope, token: token, patches: patches, at: harness.now)
        #expect(throws: ServiceError.self) { try harness.write(.replace("one more", "", at: 0)) }
        try harness.write(.remove("k7", at: 1), .replace("instead", "", at: 0))
        #expect(try harness.read().syncCount == 2)
    }

    @Test func aByteBeyondTheLimitIsRefused() throws {
        var harness = try DatasetHarness(.with { $0.datasetBytes = 10 })
        try harness.write(.replace("k", "123456789", at: 0))
        #expect(throws: ServiceError.self) { try harness.write(.replace("k", "1234567890", at: 1)) }
        try harness.write(.remove("k", at: 1))
        #expect(try harness.store.describeDataset(harness.scope).size == 1)
        // Each letter has two bytes in UTF-8, which is the unit of the limit.
        #expect(throws: ServiceError.self) { try harness.write(.replace("k", "ééééé", at: 2)) }
    }
}

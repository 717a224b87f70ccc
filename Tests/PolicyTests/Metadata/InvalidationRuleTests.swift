import CognitoSync
import Policy
import Testing

/// The invalidations of each write, and the keys of each read: a line for each of the 17 operations.
struct InvalidationRuleTests {
    private static let totals: Set = ["pool", "pools", "ten pools"]
    private static let owned: Set = ["dataset", "sibling", "datasets", "ten datasets", "identity"]

    private static let invalidated: [OperationName: Set<String>] = [
        .updateRecords: totals.union(["dataset", "datasets", "ten datasets", "identity"]),
        .deleteDataset: totals.union(owned),
        .bulkPublish: ["publish"],
        .setCognitoEvents: totals.union(["events"]),
        .setIdentityPoolConfiguration: totals.union(["configuration"]),
        .registerDevice: totals.union(owned),
        .subscribeToDataset: totals.union(owned),
        .unsubscribeFromDataset: totals.union(owned),
        .describeDataset: [], .describeIdentityPoolUsage: [], .describeIdentityUsage: [],
        .getBulkPublishDetails: [], .getCognitoEvents: [], .getIdentityPoolConfiguration: [],
        .listDatasets: [], .listIdentityPoolUsage: [], .listRecords: [],
    ]

    @Test func eachOperationInvalidatesWhatItMayChangeAndNothingElse() throws {
        let operations = try MetadataSamples.operations()
        #expect(Set(operations.map(\.name)) == Set(OperationName.allCases))
        for operation in operations {
            let keys = try MetadataSamples.keys()
            let now = Instant(nanoseconds: 0)
            var table = MetadataTable<String, Int>(limits: MetadataSamples.limits())
            for (name, key) in keys {
                guard case .lead(let token, _) = table.lookUp(key, now: now, fetch: { 0 }) else {
                    Issue.record("\(name) is there already")
                    continue
                }
                #expect(table.complete(token, with: .response(name, cost: 10), now: now) == true)
            }
            var dropped = 0
            for range in InvalidationRule.invalidated(by: operation) {
                dropped += table.invalidate(range, because: .write)
            }
            var lost: Set<String> = []
            for (name, key) in keys {
                if case .hit(let cached) = table.lookUp(key, now: now, fetch: { 0 }) {
                    #expect(cached.response == name)
                } else {
                    lost.insert(name)
                }
            }
            #expect(lost == Self.invalidated[operation.name], "\(operation.name)")
            #expect(dropped == lost.count)
        }
    }

    @Test func theEightReadsHaveAKeyAndNothingElseHas() throws {
        var keys: Set<MetadataKey> = []
        for operation in try MetadataSamples.operations() {
            let key = MetadataKey(operation)
            #expect((key != nil) == (operation.isRead && operation.name != .listRecords), "\(operation.name)")
            if let key {
                #expect(key.operation == operation.name)
                keys.insert(key)
            }
        }
        #expect(keys.count == 8)
    }

    @Test func keysThatDifferHaveBytesThatDiffer() throws {
        var keys = Array(try MetadataSamples.keys().values)
        for token in ["1", "\u{e9}", "e\u{301}"] {
            keys.append(.poolUsages(ListingPage(Paging(nextToken: token))))
            keys.append(.datasets(try owner(1), ListingPage(Paging(nextToken: token))))
        }
        #expect(Set(keys).count == keys.count)
        #expect(Set(keys.map(\.serialised)).count == keys.count)
    }

    private struct Purge: Sendable, CustomTestStringConvertible {
        var pool: String?
        var identity: Int?
        var dataset: String?
        let left: Set<String>

        var testDescription: String { "\(pool ?? "-") \(identity ?? 0) \(dataset ?? "-")" }
    }

    private static let others: Set = ["other pool", "other publish", "other events", "other configuration"]
    private static let strangers: Set = ["stranger's dataset", "stranger's datasets", "stranger"]
    private static let settings: Set = ["publish", "events", "configuration"]

    @Test(arguments: [
        Purge(left: []),
        Purge(pool: "a", left: others),
        Purge(pool: "a", identity: 1, left: others.union(strangers).union(settings)),
        Purge(
            pool: "a",
            identity: 1,
            dataset: "notes",
            left: others.union(strangers).union(settings).union(["sibling"])
        ),
    ])
    private func aPurgeDropsWhatShowsItsScope(purge: Purge) throws {
        let now = Instant(nanoseconds: 0)
        var table = MetadataTable<String, Int>(limits: MetadataSamples.limits())
        for (name, key) in try MetadataSamples.keys() {
            guard case .lead(let token, _) = table.lookUp(key, now: now, fetch: { 0 }) else { continue }
            _ = table.complete(token, with: .response(name, cost: 10), now: now)
        }
        let count = table.statistics.pages
        let dropped = table.purge(
            pool: try purge.pool.map { try MetadataSamples.pool($0) },
            identity: try purge.identity.map { try owner($0).identity },
            dataset: try purge.dataset.map { try #require(DatasetName($0)) }
        )
        var left: Set<String> = []
        for (name, key) in try MetadataSamples.keys() {
            if case .hit = table.lookUp(key, now: now, fetch: { 0 }) { left.insert(name) }
        }
        #expect(left == purge.left)
        #expect(dropped == count - left.count)
        #expect(table.statistics.invalidated == [.purge: dropped])
    }
}

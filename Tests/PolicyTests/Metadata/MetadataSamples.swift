import Policy
import Testing

@testable import CognitoSync

/// A key of each kind, for each thing that a write may or may not concern.
enum MetadataSamples {
    static func pool(_ name: String = "a") throws -> IdentityPoolID {
        try #require(IdentityPoolID("us-east-1:\(name)"))
    }

    /// Returns keys by what they show, seen from the dataset `notes` of identity 1 in pool `a`.
    static func keys() throws -> [String: MetadataKey] {
        let (mine, other) = (try owner(1), try owner(2))
        let (pool, otherPool) = (try pool(), try pool("b"))
        return [
            "dataset": .dataset(try scope("notes")),
            "sibling": .dataset(try scope("other")),
            "stranger's dataset": .dataset(try scope("notes", owner: 2)),
            "datasets": .datasets(mine, ListingPage(Paging())),
            "ten datasets": .datasets(mine, ListingPage(Paging(maxResults: 10))),
            "stranger's datasets": .datasets(other, ListingPage(Paging())),
            "identity": .identityUsage(mine),
            "stranger": .identityUsage(other),
            "pool": .poolUsage(pool),
            "other pool": .poolUsage(otherPool),
            "pools": .poolUsages(ListingPage(Paging())),
            "ten pools": .poolUsages(ListingPage(Paging(maxResults: 10))),
            "publish": .bulkPublish(pool),
            "other publish": .bulkPublish(otherPool),
            "events": .events(pool),
            "other events": .events(otherPool),
            "configuration": .configuration(pool),
            "other configuration": .configuration(otherPool),
        ]
    }

    /// Returns each of the 17 operations, about `notes` of identity 1 in pool `a`.
    static func operations() throws -> [Operation] {
        let (scope, pool) = (try scope("notes"), try pool())
        let device = try #require(DeviceID("device"))
        return [
            .bulkPublish(pool), .deleteDataset(scope), .describeDataset(scope),
            .describeIdentityPoolUsage(pool),
            .describeIdentityUsage(scope.owner), .getBulkPublishDetails(pool), .getCognitoEvents(pool),
            .getIdentityPoolConfiguration(pool), .listDatasets(scope.owner, Paging()),
            .listIdentityPoolUsage(Paging()), .listRecords(ListRecords(scope: scope)),
            .registerDevice(
                RegisterDevice(scope: scope.owner, platform: .gcm, token: "t", body: [])
            ),
            .setCognitoEvents(SetCognitoEvents(pool: pool, events: [:], body: [])),
            .setIdentityPoolConfiguration(
                SetIdentityPoolConfiguration(pool: pool, pushSync: nil, cognitoStreams: nil, body: [])
            ),
            .subscribeToDataset(scope, device), .unsubscribeFromDataset(scope, device),
            .updateRecords(
                UpdateRecords(
                    scope: scope,
                    syncSessionToken: "t",
                    deviceID: nil,
                    clientContext: nil,
                    body: [],
                    patchCount: 0
                )
            ),
        ]
    }

    static let lifetime: Int64 = 5_000_000_000

    static func limits(
        bytes: Int = 1 << 20,
        lifetime: Int64 = lifetime,
        responsesPerGroup: Int = 64
    ) -> MetadataLimits {
        MetadataLimits(
            bytes: bytes,
            lifetimes: Dictionary(uniqueKeysWithValues: OperationName.allCases.map { ($0, lifetime) }),
            responsesPerGroup: responsesPerGroup
        )
    }
}

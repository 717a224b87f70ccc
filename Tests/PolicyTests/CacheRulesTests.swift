import CognitoSync
import Policy
import Testing

struct CacheRulesTests {
    @Test func aListOfRecordsIsCachedUnlessItCarriesASessionToken() throws {
        let request = ListRecords(
            scope: try scope(),
            lastSyncCount: 5,
            paging: Paging(maxResults: 10, nextToken: "next")
        )
        let key = PageKey(dataset: try scope(), lastSyncCount: 5, maxResults: 10, nextToken: "next")
        #expect(CacheRule(for: .listRecords(request)) == .cached(key))
        var withToken = request
        withToken.syncSessionToken = "token"
        #expect(CacheRule(for: .listRecords(withToken)) == .observed(try scope()))
    }

    @Test func aDeletionConcernsTheIdentityAndOtherCallsAreAsTheTableSays() throws {
        let (scope, owner) = (try scope(), try owner())
        let device = try #require(DeviceID("device"))
        #expect(CacheRule(for: .deleteDataset(scope)) == .changesIdentity(owner))
        #expect(CacheRule(for: .describeDataset(scope)) == .observed(scope))
        let passed: [Operation] = [
            .bulkPublish(owner.pool), .describeIdentityPoolUsage(owner.pool), .describeIdentityUsage(owner),
            .getBulkPublishDetails(owner.pool), .getCognitoEvents(owner.pool),
            .getIdentityPoolConfiguration(owner.pool), .listDatasets(owner, Paging()),
            .listIdentityPoolUsage(Paging()), .subscribeToDataset(scope, device),
            .unsubscribeFromDataset(scope, device),
        ]
        for operation in passed { #expect(CacheRule(for: operation) == .passed, "\(operation.name)") }
    }
}

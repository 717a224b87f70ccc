import CognitoSync
import Policy
import Testing

struct CacheRuleTests {
    @Test func aListOfRecordsIsCachedUnlessItCarriesASessionToken() throws {
        var request = ListRecords(scope: try scope(), lastSyncCount: 5, paging: Paging(maxResults: 10))
        #expect(CacheRule(for: .listRecords(request)) == .cached(try pageKey(since: 5, maxResults: 10)))
        request.lastSyncCount = 0
        #expect(CacheRule(for: .listRecords(request)) == .cached(try pageKey(maxResults: 10)))
        request.lastSyncCount = nil
        #expect(CacheRule(for: .listRecords(request)) == .cached(try pageKey(maxResults: 10)))
        request.syncSessionToken = "token"
        #expect(CacheRule(for: .listRecords(request)) == .observed(try scope()))
    }

    @Test func aPaginationContinuesWithItsToken() throws {
        var request = ListRecords(scope: try scope(), paging: Paging(nextToken: "next"))
        #expect(CacheRule(for: .listRecords(request)) == .continued(request))
        let cursor = PageCursor(since: 0, syncCount: 3, digest: 1, index: 2)
        #expect(PageKey(request, cursor: cursor) == (try pageKey(cursor: cursor)))
        #expect(PageKey(request) == nil)
        request.syncSessionToken = "token"
        #expect(CacheRule(for: .listRecords(request)) == .continued(request))
    }

    @Test(arguments: [(-1, nil), (nil, 0), (nil, 1025), (0, -1)] as [(Int64?, Int64?)])
    func aRequestThatNoSDKMakesIsLeftToUpstream(since: Int64?, maxResults: Int64?) throws {
        let request = ListRecords(
            scope: try scope(),
            lastSyncCount: since,
            paging: Paging(maxResults: maxResults)
        )
        #expect(CacheRule(for: .listRecords(request)) == .observed(try scope()))
    }

    @Test func aDeletionConcernsTheIdentityAndEveryOtherOperationHasItsRule() throws {
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

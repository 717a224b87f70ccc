import CognitoSync
import HTTPTypes
import Testing

@testable import Emulator

/// The operations on a pool or a device: publishing, events, configuration, usage.
@Suite struct PoolTests {
    private let pool = "/identitypools/\(DemoData.pool)"
    private let start: Int64 = 1_413_836_234_607

    // The model: NOT_STARTED, IN_PROGRESS, SUCCEEDED; one at a time, and 24 hours after a success.
    @Test func aBulkPublishTakesTimeAndIsRefusedForADayAfterwards() throws {
        var store = DatasetStore(rules: .with { $0.bulkPublishDuration = 1000 })
        let publish = try operation(.post, "\(pool)/bulkpublish")
        let details = try operation(.post, "\(pool)/getBulkPublishDetails")
        #expect(try store.text(details) == bulk("null", "null", "NOT_STARTED"))
        #expect(try store.text(publish, at: start) == #"{"IdentityPoolId":"\#(DemoData.pool)"}"#)
        #expect(try store.text(details, at: start + 999) == bulk("null", "1.413836234607E9", "IN_PROGRESS"))
        #expect(try name { try store.text(publish, at: start + 999) } == "DuplicateRequestException")
        #expect(
            try store.text(details, at: start + 1000)
                == bulk("1.413836235607E9", "1.413836234607E9", "SUCCEEDED")
        )
        let day: Int64 = 86_400_000
        #expect(
            try name { try store.text(publish, at: start + 1000 + day - 1) } == "AlreadyStreamedException"
        )
        #expect(try store.text(publish, at: start + 1000 + day) != nil)
    }

    // The model: "Bulk publish will also fail if StreamingStatus is DISABLED"; a failure may be tried again.
    @Test func aBulkPublishToADisabledStreamFails() throws {
        var store = DatasetStore(rules: .with { $0.bulkPublishDuration = 1000 })
        let body = #"{"CognitoStreams":{"StreamName":"s","StreamingStatus":"DISABLED"}}"#
        _ = try store.text(operation(.post, "\(pool)/configuration", body))
        let publish = try operation(.post, "\(pool)/bulkpublish")
        _ = try store.text(publish, at: start)
        let details = try store.text(operation(.post, "\(pool)/getBulkPublishDetails"), at: start + 1000)
        #expect(details?.contains(#""BulkPublishStatus":"FAILED","FailureMessage":""#) == true)
        #expect(try store.text(publish, at: start + 1000) != nil)
    }

    // An empty value removes an event. SetCognitoEvents has no output shape in the model.
    @Test func eventsAreSetAndRemoved() throws {
        var store = DatasetStore()
        let read = try operation(.get, "\(pool)/events")
        #expect(try store.text(read) == #"{"Events":{}}"#)
        let set = try operation(.post, "\(pool)/events", #"{"Events":{"SyncTrigger":"arn:f"}}"#)
        #expect(try store.text(set) == nil)
        #expect(try store.text(read) == #"{"Events":{"SyncTrigger":"arn:f"}}"#)
        let remove = try operation(.post, "\(pool)/events", #"{"Events":{"SyncTrigger":""}}"#)
        #expect(try store.text(remove) == nil)
        #expect(try store.text(read) == #"{"Events":{}}"#)
    }

    @Test func theConfigurationIsStored() throws {
        var store = DatasetStore()
        let read = try operation(.get, "\(pool)/configuration")
        #expect(
            try store.text(read)
                == #"{"CognitoStreams":null,"IdentityPoolId":"\#(DemoData.pool)","PushSync":null}"#
        )
        let set = try operation(
            .post,
            "\(pool)/configuration",
            #"{"CognitoStreams":{"StreamName":"s","RoleArn":"arn:aws:iam::1:role/r","StreamingStatus":"ENABLED"}}"#
        )
        let response =
            #"{"CognitoStreams":{"RoleArn":"arn:aws:iam::1:role/r","StreamName":"s","StreamingStatus":"ENABLED"},"#
            + #""IdentityPoolId":"\#(DemoData.pool)","PushSync":null}"#
        #expect(try store.text(set) == response)
        #expect(try store.text(read) == response)
    }

    // "This API can only be called with temporary credentials provided by Cognito Identity" (API reference).
    @Test func deviceOperationsAreNotForDeveloperCredentials() throws {
        var store = DatasetStore()
        for request in try deviceOperations(device: "d") {
            let refusal = try #require(throws: ServiceError.self) { try store.text(request) }
            #expect(refusal.status == 403)
            #expect(refusal.name == "NotAuthorizedException")
        }
    }

    @Test func deviceOperationsMayBeAllowed() throws {
        var store = DatasetStore(rules: .with { $0.deviceOperations = .allowed })
        let register = try deviceOperations(device: "d")[0]
        #expect(try name { try store.text(register) } == "InvalidConfigurationException")
        _ = try store.text(
            operation(
                .post,
                "\(pool)/configuration",
                #"{"PushSync":{"ApplicationArns":["arn:aws:sns:us-east-1:1:app/GCM/a"],"RoleArn":"arn:aws:iam::1:role/r"}}"#
            )
        )
        let response = try #require(try store.text(register))
        #expect(try store.text(register) == response)
        let device = String(response.dropFirst(#"{"DeviceId":""#.count).dropLast(2))
        let requests = try deviceOperations(device: device)
        #expect(try name { try store.text(requests[1]) } == "ResourceNotFoundException")
        let scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: "scores")
        )
        _ = try store.write(
            scope,
            [Patch(key: "a", value: "1", syncCount: 0)],
            at: Timestamp(milliseconds: start)
        )
        #expect(try store.text(requests[1]) == "{}")
        #expect(try store.text(requests[2]) == "{}")
        #expect(
            try name { try store.text(deviceOperations(device: "other")[1]) } == "ResourceNotFoundException"
        )
    }

    @Test func usageAddsUp() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("ab", "cd", at: 0))
        harness.scope = try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: "other")
        )
        try harness.write(.replace("ab", "cdef", at: 0))
        let usage = try harness.store.usage(of: harness.scope.owner)
        #expect(usage.datasets == 2)
        #expect(usage.size == 10)
        #expect(try harness.store.usage(of: harness.scope.owner.pool).size == 10)
    }

    @Test func anIdentityThatNeverWroteIs404OrEmpty() throws {
        var harness = try DatasetHarness()
        #expect(throws: ServiceError.self) { try harness.store.usage(of: harness.scope.owner) }
        harness.store.rules.unknownIdentity = .empty
        #expect(try harness.store.usage(of: harness.scope.owner) == IdentityUsage())
    }

    @Test func anUnknownPoolIsServedOr404() throws {
        var harness = try DatasetHarness()
        #expect(try !harness.read().exists)
        harness.store.rules.unknownPools = .refused
        let refusal = try #require(throws: ServiceError.self) { try harness.read() }
        #expect(refusal.name == "ResourceNotFoundException")
        harness.store.addPool(harness.scope.owner.pool)
        #expect(try !harness.read().exists)
    }

    // The published sample of NextToken decodes to the identifier of the last pool.
    @Test func poolsAreListedAndTheTokenIsTheLastId() throws {
        var store = DatasetStore()
        for id in ["us-east-1:1", "us-east-1:0"] { store.addPool(try #require(IdentityPoolID(id))) }
        let first = try store.poolUsages(Paging(maxResults: 1))
        #expect(first.items.map(\.pool) == ["us-east-1:0"])
        #expect(first.maxResults == 1)
        #expect(first.nextToken == "dXMtZWFzdC0xOjA=")
        let second = try store.poolUsages(Paging(maxResults: 1, nextToken: first.nextToken))
        #expect(second.items.map(\.pool) == ["us-east-1:1"])
        #expect(second.nextToken == nil)
    }

    private func bulk(_ complete: String, _ start: String, _ status: String) -> String {
        #"{"BulkPublishCompleteTime":\#(complete),"BulkPublishStartTime":\#(start),"BulkPublishStatus":"\#(status)","#
            + #""FailureMessage":null,"IdentityPoolId":"\#(DemoData.pool)"}"#
    }

    private func deviceOperations(device: String) throws -> [Operation] {
        let owner = "\(pool)/identities/\(DemoData.identity)/datasets/scores/subscriptions/\(device)"
        return [
            try operation(
                .post,
                "\(pool)/identity/\(DemoData.identity)/device",
                #"{"Platform":"GCM","Token":"t"}"#
            ),
            try operation(.post, owner),
            try operation(.delete, owner),
        ]
    }

    private func name(_ body: () throws -> String?) throws -> String {
        try #require(throws: ServiceError.self) { _ = try body() }.name
    }
}

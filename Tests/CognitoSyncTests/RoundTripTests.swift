import CognitoSync
import HTTPTypes
import Messages
import TestSupport
import Testing

/// A request of an operation with each of its parameters, in the three forms.
struct Sample: Sendable, CustomTestStringConvertible {
    let operation: OperationName
    let rest: Request
    /// The parameters as members of one object.
    let members: String

    var testDescription: String { operation.rawValue }

    static let all: [Sample] = OperationName.allCases.map { operation in
        let pool = TestRequests.pool
        let identity = TestRequests.identity
        let poolPath = "/identitypools/us-east-1%3A0a1b2c3d-0000-4000-8000-000000000001"
        let owner = "\(poolPath)/identities/us-east-1%3A0a1b2c3d-0000-4000-8000-000000000002"
        let dataset = "\(owner)/datasets/a.b%3Ac"
        let poolMember = #""IdentityPoolId":"\#(pool)""#
        let ownerMembers = #"\#(poolMember),"IdentityId":"\#(identity)""#
        let datasetMembers = #"\#(ownerMembers),"DatasetName":"a.b:c""#
        func sample(
            _ method: String,
            _ target: String,
            body: String = "",
            fields: [(String, String)] = [],
            _ members: String
        ) -> Sample {
            let type = body.isEmpty ? [] : [("content-type", "application/json")]
            let rest = TestRequests.make(method, target, type + fields, body: body)
            return Sample(operation: operation, rest: rest, members: "{\(members)}")
        }
        switch operation {
        case .bulkPublish: return sample("POST", "\(poolPath)/bulkpublish", poolMember)
        case .deleteDataset: return sample("DELETE", dataset, datasetMembers)
        case .describeDataset: return sample("GET", dataset, datasetMembers)
        case .describeIdentityPoolUsage: return sample("GET", poolPath, poolMember)
        case .describeIdentityUsage: return sample("GET", owner, ownerMembers)
        case .getBulkPublishDetails: return sample("POST", "\(poolPath)/getBulkPublishDetails", poolMember)
        case .getCognitoEvents: return sample("GET", "\(poolPath)/events", poolMember)
        case .getIdentityPoolConfiguration: return sample("GET", "\(poolPath)/configuration", poolMember)
        case .listDatasets:
            return sample(
                "GET",
                "\(owner)/datasets?maxResults=64&nextToken=a%2Bb%2Fc%3D",
                #"\#(ownerMembers),"MaxResults":"64","NextToken":"a+b/c=""#
            )
        case .listIdentityPoolUsage:
            return sample(
                "GET",
                "/identitypools?maxResults=1&nextToken=x",
                #""NextToken":"x","MaxResults":1"#
            )
        case .listRecords:
            return sample(
                "GET",
                "\(dataset)/records?lastSyncCount=0&maxResults=1024&nextToken=n%20x&syncSessionToken=s%26t",
                #"""
                \#(datasetMembers),"LastSyncCount":"0","MaxResults":1024,"NextToken":"n x",
                "SyncSessionToken":"s\u0026t"
                """#
            )
        case .registerDevice:
            let body = #""Platform":"APNS_SANDBOX","Token":"té\n""#
            return sample(
                "POST",
                "\(poolPath)/identity/us-east-1%3A0a1b2c3d-0000-4000-8000-000000000002/device",
                body: "{\(body)}",
                "\(ownerMembers),\(body)"
            )
        case .setCognitoEvents:
            let body = #""Events":{"SyncTrigger":"arn:aws:lambda:us-east-1:123456789012:function:f"}"#
            return sample("POST", "\(poolPath)/events", body: "{\(body)}", "\(poolMember),\(body)")
        case .setIdentityPoolConfiguration:
            let body = #"""
                "PushSync":{"ApplicationArns":["arn:aws:sns:us-east-1:123456789012:app/GCM/x.y"],
                "RoleArn":"arn:aws:iam::123456789012:role/r"},"CognitoStreams":{"StreamName":"s",
                "RoleArn":"arn:aws:iam::123456789012:role/r","StreamingStatus":"ENABLED"}
                """#
            return sample("POST", "\(poolPath)/configuration", body: "{\(body)}", "\(poolMember),\(body)")
        case .subscribeToDataset:
            return sample(
                "POST",
                "\(dataset)/subscriptions/d%20%C3%A9",
                #"\#(datasetMembers),"DeviceId":"d é""#
            )
        case .unsubscribeFromDataset:
            return sample(
                "DELETE",
                "\(dataset)/subscriptions/d%20%C3%A9",
                #"\#(datasetMembers),"DeviceId":"d é""#
            )
        case .updateRecords:
            let body = #"""
                "SyncSessionToken":"H4sI+/=","DeviceId":"d","RecordPatches":[
                {"Op":"replace","Key":"k\ud83d\ude00","Value":"\"","SyncCount":9223372036854775807,
                "DeviceLastModifiedDate":1.413836234607E9},{"Op":"remove","Key":"é","SyncCount":0,"Value":null}]
                """#
            return sample(
                "POST",
                dataset,
                body: "{\(body)}",
                fields: [("x-amz-Client-Context", #"{"a": 1}"#)],
                #"\#(datasetMembers),"ClientContext":"{\"a\": 1}",\#(body)"#
            )
        }
    }
}

@Suite struct RoundTripTests {
    @Test(arguments: Sample.all)
    func everyOperationIsTheSameInAllThreeForms(sample: Sample) throws {
        let rest = try RequestDecoder.decode(sample.rest)
        let target = try RequestDecoder.decode(
            TestRequests.target(sample.operation.rawValue, sample.members)
        )
        let envelope = try RequestDecoder.decode(
            TestRequests.envelope(sample.operation.rawValue, sample.members)
        )
        #expect(rest.operation.name == sample.operation)
        #expect([rest.form, target.form, envelope.form] == [.rest, .target, .envelope])
        #expect(target.operation == rest.operation)
        #expect(envelope.operation == rest.operation)
    }

    @Test(arguments: Sample.all)
    func everyOperationSurvivesItsOwnRequest(sample: Sample) throws {
        let operation = try RequestDecoder.decode(sample.rest).operation
        let request = operation.request()
        #expect(try RequestDecoder.decode(request) == DecodedRequest(operation: operation, form: .rest))
        #expect(request.head.method == sample.rest.head.method)
        #expect(request.head.path == sample.rest.head.path)
        #expect(request.body == sample.rest.body)
        #expect((request.head.headerFields[.contentType] != nil) == !request.body.isEmpty)
    }

    @Test(arguments: Sample.all)
    func everyOperationHasItsScope(sample: Sample) throws {
        let operation = try RequestDecoder.decode(sample.rest).operation
        #expect(
            operation.pool?.text == (sample.operation == .listIdentityPoolUsage ? nil : TestRequests.pool)
        )
        let hasOwner = sample.members.contains("IdentityId\"")
        #expect(operation.owner?.identity.text == (hasOwner ? TestRequests.identity : nil))
        #expect(operation.dataset?.dataset.text == (sample.members.contains("DatasetName") ? "a.b:c" : nil))
        let isGet = sample.rest.head.method == .get
        #expect(operation.isRead == (isGet || sample.operation == .getBulkPublishDetails))
    }
}

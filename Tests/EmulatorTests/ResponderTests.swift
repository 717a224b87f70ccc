import CognitoSync
import HTTPTypes
import Messages
import Serving
import SigV4
import TestSupport
import Testing

@testable import Emulator

/// The path from a signed request to a response in the form of the service.
@Suite struct ResponderTests {
    private let pool = "/identitypools/\(DemoData.pool)"
    private var dataset: String { "\(pool)/identities/\(DemoData.identity)/datasets/\(DemoData.dataset)" }

    @Test func aSignedReadIsServed() async throws {
        let emulator = EmulatorHarness()
        let response = await emulator.send(try emulator.read())
        #expect(response.head.status == .ok)
        #expect(response["content-type"] == "application/json")
        #expect(response["x-syncgate-origin"] == nil)
        #expect(emulator.responder.requests.map(\.status) == [200])
        let page = try RecordsPage.scan(response.body)
        #expect(page.datasetExists)
        #expect(page.datasetSyncCount == 1)
        #expect(page.records.count == 4)
        #expect(response.text.contains(#""Value":"Grüezi 👋 \"world\"""#))
    }

    @Test func allSeventeenOperationsAreServed() async throws {
        let emulator = EmulatorHarness { $0.rules.deviceOperations = .allowed }
        var names: Set<OperationName> = []
        func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> Response
        {
            let operation = try operation(method, path, body)
            names.insert(operation.name)
            let response = await emulator.send(operation)
            #expect(response.head.status == .ok, "\(operation.name): \(response.text)")
            return response
        }
        let read = try await send(.get, "\(dataset)/records?lastSyncCount=0&maxResults=2")
        let page = try RecordsPage.scan(read.body)
        let token = String(decoding: read.body[try #require(page.sessionToken)], as: UTF8.self)
        let patch =
            #"{"Op":"replace","Key":"k","Value":"v","SyncCount":0,"DeviceLastModifiedDate":1700574873.059}"#
        let written = try await send(
            .post,
            dataset,
            #"{"RecordPatches":[\#(patch)],"SyncSessionToken":\#(token)}"#
        )
        #expect(try UpdateRecordsResponse.scan(written.body).records.map(\.syncCount) == [2])
        #expect(written.text.contains(#""DeviceLastModifiedDate":1.413836234687E9"#))
        _ = try await send(.get, dataset)
        _ = try await send(.get, "\(pool)/identities/\(DemoData.identity)/datasets")
        _ = try await send(.get, "\(pool)/identities/\(DemoData.identity)")
        _ = try await send(.get, pool)
        _ = try await send(.get, "/identitypools")
        _ = try await send(.post, "\(pool)/bulkpublish")
        _ = try await send(.post, "\(pool)/getBulkPublishDetails")
        let empty = try await send(.post, "\(pool)/events", #"{"Events":{"SyncTrigger":"arn:f"}}"#)
        #expect(empty.body.isEmpty)
        _ = try await send(.get, "\(pool)/events")
        let push = #"{"PushSync":{"RoleArn":"arn:aws:iam::123456789012:role/r"}}"#
        _ = try await send(.post, "\(pool)/configuration", push)
        _ = try await send(.get, "\(pool)/configuration")
        let device = try await send(
            .post,
            "\(pool)/identity/\(DemoData.identity)/device",
            #"{"Platform":"GCM","Token":"t"}"#
        )
        let id = device.text.split(separator: "\"").dropLast().last ?? ""
        _ = try await send(.post, "\(dataset)/subscriptions/\(id)")
        _ = try await send(.delete, "\(dataset)/subscriptions/\(id)")
        _ = try await send(.delete, dataset)
        #expect(names == Set(OperationName.allCases))
        #expect(emulator.responder.statistics.requests == 17)
        #expect(emulator.responder.statistics.operations.count == 17)
    }

    // The name is in the field and the text in lower-case `message`; nothing is from the gateway.
    @Test func aRefusalIsInTheServicesForm() async throws {
        let emulator = EmulatorHarness()
        let response = await emulator.send(
            try operation(.get, "\(pool)/identities/us-east-1:0/datasets/none")
        )
        #expect(response.head.status.code == 404)
        #expect(response.errorType == "ResourceNotFoundException")
        #expect(response.text == #"{"message":"Dataset none not found."}"#)
        #expect(response["x-syncgate-origin"] == nil)
    }

    // A denial by IAM as seen live: a colon after the name, and no lower-case `message`.
    @Test func aDenialHasTheFormOfIAM() async throws {
        let emulator = EmulatorHarness()
        let denial = try Fault(parsing: "status=403,name=AccessDeniedException,message=no")
        emulator.responder.addFault(denial)
        let response = await emulator.send(try emulator.read())
        #expect(response.head.status.code == 403)
        #expect(response.errorType == "AccessDeniedException:")
        #expect(response.text == #"{"Message":"no"}"#)
        #expect(await emulator.control(.post, "options", "accessDeniedForm=service").head.status == .ok)
        let other = await emulator.send(try emulator.read())
        #expect(other.errorType == "AccessDeniedException")
        #expect(other.text == #"{"message":"no"}"#)
    }

    @Test func anErrorTypeMayHaveASuffix() async throws {
        let emulator = EmulatorHarness { $0.rules.errorTypeSuffix = true }
        let response = await emulator.send(
            try operation(.get, "\(pool)/identities/us-east-1:0/datasets/none")
        )
        #expect(response.errorType?.hasPrefix("ResourceNotFoundException:http://") == true)
    }

    // The service echoes the request identifier of the caller.
    @Test func aRequestIDIsEchoedOrMade() async throws {
        let emulator = EmulatorHarness { $0.signatures = .ignored }
        var request = emulator.signed(try emulator.read())
        let made = await emulator.send(request)["x-amzn-RequestId"]
        #expect(made?.utf8.count == 36)
        #expect(await emulator.send(request)["x-amzn-RequestId"] != made)
        request.head.headerFields[.requestID] = "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d"
        #expect(await emulator.send(request)["x-amzn-RequestId"] == "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d")
    }

    @Test func anUnsignedRequestIsRefused() async throws {
        let emulator = EmulatorHarness()
        let response = await emulator.send(try emulator.read().request())
        #expect(response.head.status.code == 403)
        #expect(response.errorType == "MissingAuthenticationTokenException")
    }

    @Test func aChangedRequestIsRefused() async throws {
        let emulator = EmulatorHarness()
        var request = emulator.signed(try emulator.read())
        request.head.path = request.head.path?.replacing("lastSyncCount=0", with: "lastSyncCount=1")
        #expect(await emulator.send(request).errorType == "InvalidSignatureException")
        request = emulator.signed(try emulator.read())
        request.head.authority = "other"
        #expect(await emulator.send(request).errorType == "InvalidSignatureException")
    }

    @Test func strangersAndExpiredCredentialsAreRefused() async throws {
        var temporary = Credentials(
            accessKeyID: "ASIAEXAMPLE",
            secretAccessKey: Secret("s"),
            sessionToken: Secret("t"),
            expiration: 1_413_836_234 + 60
        )
        let emulator = EmulatorHarness { [temporary] in $0.credentials.append(temporary) }
        let stranger = Credentials(accessKeyID: "AKIDOTHER", secretAccessKey: Secret("s"))
        #expect(
            await emulator.send(emulator.signed(try emulator.read(), by: stranger)).errorType
                == "UnrecognizedClientException"
        )
        #expect(await emulator.send(emulator.signed(try emulator.read(), by: temporary)).head.status == .ok)
        emulator.advance(seconds: 60)
        #expect(
            await emulator.send(emulator.signed(try emulator.read(), by: temporary)).errorType
                == "ExpiredTokenException"
        )
        temporary.sessionToken = Secret("other")
        #expect(
            await emulator.send(emulator.signed(try emulator.read(), by: temporary)).errorType
                == "UnrecognizedClientException"
        )
    }

    // The live message says 5 minutes.
    @Test func aSignatureIsGoodForFiveMinutes() async throws {
        let emulator = EmulatorHarness()
        let request = emulator.signed(try emulator.read())
        emulator.advance(seconds: 300)
        #expect(await emulator.send(request).head.status == .ok)
        emulator.advance(seconds: 1)
        let refusal = await emulator.send(request)
        #expect(refusal.errorType == "InvalidSignatureException")
        #expect(refusal.text.contains("5 min."))
    }

    // Upstream always gets the REST form.
    @Test func thePostFormIsRefusedAsByTheService() async throws {
        let emulator = EmulatorHarness { $0.signatures = .ignored }
        var head = HTTPRequest(method: .post, scheme: "http", authority: "h", path: "/")
        head.headerFields[try #require(HTTPField.Name("x-amz-target"))] =
            "AWSCognitoSyncService.ListIdentityPoolUsage"
        let response = await emulator.send(Request(head: head, body: [UInt8]("{}".utf8)))
        #expect(response.head.status.code == 404)
        #expect(response.errorType == "UnknownOperationException")
    }

    // The error name for a failed pattern is not published: both behaviours.
    @Test(arguments: ServiceRules.PatternError.allCases)
    func aFailedPatternHasOneOfTwoNames(rule: ServiceRules.PatternError) async throws {
        let emulator = EmulatorHarness {
            $0.signatures = .ignored
            $0.rules.patternError = rule
        }
        let head = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/identitypools/INVALID")
        let response = await emulator.send(Request(head: head))
        #expect(response.head.status.code == 400)
        #expect(response.errorType == rule.rawValue)
        #expect(response.text.contains("1 validation error detected"))
    }

    @Test func theRuleRenamesNoOtherRefusal() async throws {
        let emulator = EmulatorHarness { $0.rules.patternError = .validation }
        #expect(await emulator.send(try emulator.read(since: 37)).errorType == "InvalidParameterException")
    }

    @Test(arguments: Refusal.allCases) func aMalformedRequestIsRefusedInTheServicesForm(refusal: Refusal) {
        let response = EmulatorHarness().responder.refuse(refusal, from: Caller(address: "127.0.0.1"))
        #expect((400..<600).contains(response.head.status.code))
        #expect(response.errorType != nil)
    }
}

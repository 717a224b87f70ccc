import CognitoSync
import HTTPTypes
import Messages
import Serving
import SigV4
import Testing

@testable import Emulator

/// From a signed request to an answer in the service's form (domain.md 1.3 and 3).
@Suite struct ResponderTests {
    private let pool = "/identitypools/\(DemoData.pool)"
    private var dataset: String { "\(pool)/identities/\(DemoData.identity)/datasets/\(DemoData.dataset)" }

    @Test func aSignedReadIsAnswered() async throws {
        let service = Service()
        let response = await service.send(try service.read())
        #expect(response.head.status == .ok)
        #expect(response["content-type"] == "application/json")
        #expect(response["x-syncgate-origin"] == nil)
        #expect(service.responder.requests.map(\.status) == [200])
        let page = try RecordsPage.scan(response.body)
        #expect(page.datasetExists)
        #expect(page.datasetSyncCount == 1)
        #expect(page.records.count == 4)
        #expect(response.text.contains(#""Value":"Grüezi 👋 \"world\"""#))
    }

    @Test func allSeventeenOperationsAreAnswered() async throws {
        let service = Service { $0.rules.deviceOperations = .allowed }
        var names: Set<OperationName> = []
        func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> Response
        {
            let operation = try operation(method, path, body)
            names.insert(operation.name)
            let response = await service.send(operation)
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
        #expect(try UpdateRecordsResponse.scan(written.body).newestSyncCount == 2)
        #expect(written.text.contains(#""DeviceLastModifiedDate":1.700574873059E9"#))
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
        #expect(service.responder.statistics.requests == 17)
        #expect(service.responder.statistics.calls.count == 17)
    }

    // domain.md 1.3: the name in the field, the text in lower-case `message`, nothing of the gateway's.
    @Test func aRefusalIsInTheServicesForm() async throws {
        let service = Service()
        let response = await service.send(try operation(.get, "\(pool)/identities/us-east-1:0/datasets/none"))
        #expect(response.head.status.code == 404)
        #expect(response.errorType == "ResourceNotFoundException")
        #expect(response.text == #"{"message":"Dataset none not found."}"#)
        #expect(response["x-syncgate-origin"] == nil)
    }

    @Test func anErrorTypeMayGoOnAfterTheName() async throws {
        let service = Service { $0.rules.errorTypeSuffix = true }
        let response = await service.send(try operation(.get, "\(pool)/identities/us-east-1:0/datasets/none"))
        #expect(response.errorType?.hasPrefix("ResourceNotFoundException:http://") == true)
    }

    // domain.md 3: the service echoes the caller's request id.
    @Test func aRequestIDIsEchoedOrMade() async throws {
        let service = Service { $0.signatures = .ignored }
        var request = service.signed(try service.read())
        let made = await service.send(request)["x-amzn-RequestId"]
        #expect(made?.utf8.count == 36)
        #expect(await service.send(request)["x-amzn-RequestId"] != made)
        request.head.headerFields[.requestID] = "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d"
        #expect(await service.send(request)["x-amzn-RequestId"] == "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d")
    }

    @Test func anUnsignedRequestIsRefused() async throws {
        let service = Service()
        let response = await service.send(try service.read().request())
        #expect(response.head.status.code == 403)
        #expect(response.errorType == "MissingAuthenticationTokenException")
    }

    @Test func whatWasSignedMayNotBeChanged() async throws {
        let service = Service()
        var request = service.signed(try service.read())
        request.head.path = request.head.path?.replacing("lastSyncCount=0", with: "lastSyncCount=1")
        #expect(await service.send(request).errorType == "InvalidSignatureException")
        request = service.signed(try service.read())
        request.head.authority = "other"
        #expect(await service.send(request).errorType == "InvalidSignatureException")
    }

    @Test func strangersAndExpiredCredentialsAreRefused() async throws {
        var temporary = Credentials(
            accessKeyID: "ASIAEXAMPLE",
            secretAccessKey: Secret("s"),
            sessionToken: Secret("t"),
            expiration: 1_413_836_234 + 60
        )
        let service = Service { [temporary] in $0.credentials.append(temporary) }
        let stranger = Credentials(accessKeyID: "AKIDOTHER", secretAccessKey: Secret("s"))
        #expect(
            await service.send(service.signed(try service.read(), by: stranger)).errorType
                == "UnrecognizedClientException"
        )
        #expect(await service.send(service.signed(try service.read(), by: temporary)).head.status == .ok)
        service.advance(seconds: 60)
        #expect(
            await service.send(service.signed(try service.read(), by: temporary)).errorType
                == "ExpiredTokenException"
        )
        temporary.sessionToken = Secret("other")
        #expect(
            await service.send(service.signed(try service.read(), by: temporary)).errorType
                == "UnrecognizedClientException"
        )
    }

    // domain.md 3, "Clock skew": the live message speaks of 5 minutes.
    @Test func aSignatureIsGoodForFiveMinutes() async throws {
        let service = Service()
        let request = service.signed(try service.read())
        service.advance(seconds: 300)
        #expect(await service.send(request).head.status == .ok)
        service.advance(seconds: 1)
        let refusal = await service.send(request)
        #expect(refusal.errorType == "InvalidSignatureException")
        #expect(refusal.text.contains("5 min."))
    }

    // domain.md 3, "Legacy POST /": what the service gets is REST.
    @Test func thePostFormIsNotForTheService() async throws {
        let service = Service { $0.signatures = .ignored }
        var head = HTTPRequest(method: .post, scheme: "http", authority: "h", path: "/")
        head.headerFields[try #require(HTTPField.Name("x-amz-target"))] =
            "AWSCognitoSyncService.ListIdentityPoolUsage"
        let response = await service.send(Request(head: head, body: [UInt8]("{}".utf8)))
        #expect(response.head.status.code == 404)
        #expect(response.errorType == "UnknownOperationException")
    }

    // domain.md 8 question 7: the name of a failed pattern, both ways.
    @Test(arguments: ServiceRules.PatternError.allCases)
    func aFailedPatternHasOneOfTwoNames(rule: ServiceRules.PatternError) async throws {
        let service = Service {
            $0.signatures = .ignored
            $0.rules.patternError = rule
        }
        let head = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/identitypools/INVALID")
        let response = await service.send(Request(head: head))
        #expect(response.head.status.code == 400)
        #expect(response.errorType == rule.rawValue)
        #expect(response.text.contains("1 validation error detected"))
    }

    @Test func theRuleRenamesNoOtherRefusal() async throws {
        let service = Service { $0.rules.patternError = .validation }
        #expect(await service.send(try service.read(since: 37)).errorType == "InvalidParameterException")
    }

    @Test(arguments: Refusal.allCases) func whatIsNoRequestIsRefusedInTheServicesForm(refusal: Refusal) {
        let response = Service().responder.refuse(refusal, from: Caller(address: "127.0.0.1"))
        #expect((400..<600).contains(response.head.status.code))
        #expect(response.errorType != nil)
    }
}

import CognitoSync
import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing

/// The errors that a caller gets, and the recognition of the error in a response.
@Suite struct ErrorTests {
    private static let dataset = "/identitypools/r:0/identities/r:1/datasets/d"

    private func message(_ request: Request) -> String { TestRequests.refusal(of: request)?.message ?? "" }

    @Test func everyViolationIsCountedAndListed() {
        let long = String(repeating: "k", count: 1025)
        let request = TestRequests.make(
            "POST",
            "/identitypools/x/identities/A:B/datasets/..",
            body: """
                {"RecordPatches":[{"Op":"replace","Key":"k","SyncCount":0},null,
                {"Op":"set","Key":"\(long)","Value":"v"}]}
                """
        )
        let pattern = #"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+"#
        #expect(
            message(request) == """
                8 validation errors detected: \
                Value 'x' at 'identityPoolId' failed to satisfy constraint: \(pattern); \
                Value 'A:B' at 'identityId' failed to satisfy constraint: \(pattern); \
                Value '..' at 'datasetName' failed to satisfy constraint: Member must not be . or ..; \
                Value null at 'syncSessionToken' failed to satisfy constraint: Member must not be null; \
                Value null at 'recordPatches.2.member' failed to satisfy constraint: Member must not be null; \
                Value 'set' at 'recordPatches.3.member.op' failed to satisfy constraint: Member must satisfy enum \
                value set: [replace, remove]; \
                Value '\(long.prefix(100))...' at 'recordPatches.3.member.key' failed to satisfy constraint: Member \
                must have length less than or equal to 1024; \
                Value null at 'recordPatches.3.member.syncCount' failed to satisfy constraint: Member must not be null
                """
        )
    }

    @Test func oneErrorIsInTheSingular() {
        #expect(
            message(TestRequests.make("GET", "/identitypools/x")) == """
                1 validation error detected: Value 'x' at 'identityPoolId' failed to satisfy constraint: \
                Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+
                """
        )
    }

    @Test func aTextMayFailMoreThanOneConstraint() {
        let text = message(TestRequests.make("GET", "/identitypools/\(String(repeating: "x", count: 56))"))
        #expect(text.hasPrefix("2 validation errors detected: "))
        #expect(text.contains("regular expression pattern") && text.contains("less than or equal to 55"))
    }

    @Test func theListIsBoundedAndTheCountIsNot() {
        let patches = [String](repeating: #"{"Op":"x"}"#, count: 100_000).joined(separator: ",")
        let text = message(TestRequests.make("POST", Self.dataset, body: "{\"RecordPatches\":[\(patches)]}"))
        #expect(text.hasPrefix("300001 validation errors detected: "))
        #expect(text.hasSuffix("; and 299981 more"))
        #expect(text.utf8.count < 4096)
    }

    @Test func anErrorHasTheServicesShape() throws {
        let error = APIError.invalidParameter("a \"b\"\n\u{1}é\u{2028}")
        let rest = error.response(form: .rest)
        #expect(rest.head.status.code == 400)
        let fields = Set(rest.head.headerFields.map { "\($0.name.rawName): \($0.value)" })
        #expect(
            fields == [
                "x-amzn-ErrorType: InvalidParameterException", "Content-Type: application/json",
                "x-amzn-ErrorMessage: a \"b\"???????", "x-syncgate-origin: gateway",
            ]
        )
        #expect(
            String(decoding: rest.body, as: UTF8.self)
                == #"{"__type":"InvalidParameterException","message":"a \"b\"\u000a\u0001é\#u{2028}"}"#
        )
        #expect(error.response(form: .target) == rest)
        #expect(
            String(decoding: APIError.unknownOperation("x").response(form: .envelope).body, as: UTF8.self)
                == """
                {"Output":{"__type":"com.amazonaws.cognito.sync.model#UnknownOperationException","message":"x"},\
                "Version":"1.0"}
                """
        )
    }

    @Test(arguments: [
        (APIError.invalidParameter(""), 400, "InvalidParameterException"),
        (.serialization(""), 400, "SerializationException"),
        (.unknownOperation(""), 404, "UnknownOperationException"),
        (.methodNotAllowed(allow: [.get]), 405, "MethodNotAllowedException"),
        (.accessDenied(""), 403, "AccessDeniedException"),
        (.unrecognizedClient(""), 401, "UnrecognizedClientException"),
        (.tooManyRequests(""), 429, "TooManyRequestsException"),
        (.transport(status: 413, ""), 413, "RequestEntityTooLargeException"),
        (.transport(status: 408, ""), 408, "RequestTimeoutException"),
        (.serviceUnavailable(""), 503, "ServiceUnavailableException"),
        (.upstreamFailure(""), 502, "UpstreamFailureException"),
        (.upstreamTimeout(""), 504, "UpstreamTimeoutException"),
    ])
    func eachCaseOfTheContractHasItsStatusAndName(error: APIError, status: Int, name: String) {
        #expect(error.status == status && error.name == name)
    }

    @Test func aResponseIsWrappedForTheOldForm() {
        func wrap(
            _ operation: OperationName,
            _ body: String,
            _ status: Int = 200,
            _ type: String? = nil
        ) -> String {
            var head = HTTPResponse(status: .init(code: status))
            head.headerFields[.contentLength] = "1"
            if let type, let name = HTTPField.Name("x-amzn-errortype") { head.headerFields[name] = type }
            let response = Response(head: head, body: Array(body.utf8))
            #expect(RequestForm.rest.wrap(response, of: operation) == response)
            #expect(RequestForm.target.wrap(response, of: operation) == response)
            let wrapped = RequestForm.envelope.wrap(response, of: operation)
            #expect(wrapped.head.headerFields[.contentLength] == nil)
            #expect(wrapped.head.status == response.head.status)
            return String(decoding: wrapped.body, as: UTF8.self)
        }
        let model = "com.amazonaws.cognito.sync.model#"
        #expect(
            wrap(.listRecords, #" {"Count" : 0,"D":1.4E9 } "#)
                == #"{"Output":{"__type":"\#(model)ListRecordsResponse","Count" : 0,"D":1.4E9},"Version":"1.0"}"#
        )
        #expect(
            wrap(.listDatasets, "{}")
                == #"{"Output":{"__type":"\#(model)ListDatasetsResponse"},"Version":"1.0"}"#
        )
        #expect(wrap(.setCognitoEvents, "") == #"{"Output":{},"Version":"1.0"}"#)
        #expect(
            wrap(.updateRecords, #"{"message":"m"}"#, 409, "ResourceConflictException:http://x/")
                == #"{"Output":{"__type":"\#(model)ResourceConflictException","message":"m"},"Version":"1.0"}"#
        )
        #expect(
            wrap(.updateRecords, #"{"__type":"a#B","message":"m"}"#, 400)
                == #"{"Output":{"__type":"\#(model)B","message":"m"},"Version":"1.0"}"#
        )
        #expect(
            wrap(.updateRecords, "<html>", 503)
                == #"{"Output":{"__type":"\#(model)InternalErrorException"},"Version":"1.0"}"#
        )
    }
}

/// The published test cases of the protocol of this API.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct ProtocolTests {
    private struct Group: Decodable {
        struct Case: Decodable {
            struct Given: Decodable {
                struct HTTP: Decodable { let requestUri: String? }
                let http: HTTP?
            }
            struct ExpectedResponse: Decodable {
                var status_code: Int
                var headers: [String: String]?
                var body: String?
            }
            struct Request: Decodable { let uri: String? }

            let id: String
            let given: Given?
            var errorCode: String?
            var response: ExpectedResponse?
            var serialized: Request?
        }
        let cases: [Case]
    }

    @Test func theNameOfAnErrorIsFoundWhereverItIs() throws {
        let groups = try Corpora.decode([Group].self, from: "aws-restjson-protocol/output-rest-json.json")
        var tried = 0
        for item in groups.flatMap(\.cases) {
            guard let code = item.errorCode, let expected = item.response else { continue }
            var head = HTTPResponse(status: .init(code: expected.status_code))
            for (name, value) in expected.headers ?? [:] {
                head.headerFields[try #require(HTTPField.Name(name))] = value
            }
            let response = Response(head: head, body: Array((expected.body ?? "").utf8))
            #expect(response.errorName == code, "\(item.id)")
            tried += 1
        }
        #expect(tried == 12)
    }

    /// Takes the escapes of labels and query values in the protocol, and tries them in this API.
    @Test func labelsAndQueryValuesAreEscapedByTheProtocol() throws {
        let groups = try Corpora.decode([Group].self, from: "aws-restjson-protocol/input-rest-json.json")
        let cases = Dictionary(groups.flatMap(\.cases).map { ($0.id, $0) }) { first, _ in first }
        let query = try #require(cases["RestJsonQueryStringEscaping"]?.serialized?.uri)
        let value = try #require(query.split(separator: "=").last)
        let label = try #require(cases["RestJsonHttpRequestLabelEscaping"]?.serialized?.uri).split(
            separator: "/"
        )[1]
        #expect(value == label)
        // Characters that identifiers or tokens of this API cannot have are removed: /, \, % and non-ASCII.
        let token = value.replacing("%F0%9F%98%B9", with: "")
        let listing = try RequestDecoder.decode(TestRequests.make("GET", "/identitypools?nextToken=\(token)"))
        #expect(listing.operation == .listIdentityPoolUsage(Paging(nextToken: " %:/?#[]@!$&'()*+,;=")))
        #expect(listing.operation.request().head.path == "/identitypools?nextToken=\(token)")
        let device = label.replacing("%2F", with: "").replacing("%25", with: "")
        let path = "/identitypools/r%3A0/identities/r%3A1/datasets/d/subscriptions/\(device)"
        let subscription = try RequestDecoder.decode(TestRequests.make("POST", path)).operation
        guard case .subscribeToDataset(_, let id) = subscription else {
            Issue.record("not SubscribeToDataset")
            return
        }
        #expect(id.text == " :?#[]@!$&'()*+,;=\u{1F639}")
        #expect(subscription.request().head.path == path)
        #expect(subscription.request().head.headerFields.isEmpty && subscription.request().body.isEmpty)
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Policy
import TestSupport
import Testing
import Upstream

@testable import Gateway

/// The classes of whole upstream responses.
@Suite struct ClassifiedResponseTests {
    enum Class: Equatable {
        case response, clock, credentials, rights, malformed

        init(_ response: ClassifiedResponse) {
            switch response {
            case .response: self = .response
            case .signatureRefused(.clock): self = .clock
            case .signatureRefused(.credentials): self = .credentials
            case .rightsRefused: self = .rights
            case .malformed: self = .malformed
            }
        }
    }

    private func classify(_ response: Response, to operation: OperationName = .listRecords) -> Class {
        Class(ClassifiedResponse(WireResponse(response), to: operation))
    }

    @Test(arguments: [
        ("ExpiredTokenException", "", Class.credentials), ("ExpiredToken", "", .credentials),
        ("UnrecognizedClientException", "", .credentials), ("InvalidClientTokenId", "", .credentials),
        ("MissingAuthenticationToken", "", .credentials), ("IncompleteSignature", "", .credentials),
        ("InvalidSignatureException", "The request signature we calculated does not match", .credentials),
        ("SignatureDoesNotMatch", "Signature expired: 20150830T123600Z is now earlier than", .clock),
        ("InvalidSignatureException", "Signature expired: 20150830T123600Z is now earlier than", .clock),
        ("InvalidSignatureException", "Signature not yet current: 20150830T123600Z is still later", .clock),
        ("RequestExpired", "", .clock), ("RequestTimeTooSkewed", "", .clock),
        ("RequestInTheFuture", "", .clock),
        ("AccessDeniedException", "", .rights), ("AccessDenied", "", .rights), ("OptInRequired", "", .rights),
        ("NotAuthorizedException", "", .response),
        ("ResourceConflictException", "Signature expired", .response),
        ("InvalidParameterException", "", .response), ("", "", .response),
    ])
    func anErrorIsKnownByItsName(name: String, message: String, expected: Class) {
        for status in [400, 403, 500] {
            #expect(classify(.awsError(status, name, message)) == expected)
            #expect(classify(.awsError(status, name + ":http://internal.amazon.com/", message)) == expected)
            let body = #"{"__type":"com.amazon.coral.service#\#(name)","message":"\#(message)"}"#
            #expect(classify(.aws(body, status: status)) == expected, "by its body")
        }
    }

    @Test(arguments: [100, 101, 199, 201, 202, 204, 206, 300, 301, 302, 304, 307, 399, 600, 700, 999])
    func aStatusThatTheAPIDoesNotHaveIsMalformed(status: Int) {
        #expect(classify(.aws(Response.page(1).content, status: status)) == .malformed)
    }

    @Test func theCredentialsThatAProxyAsksForAreNotTheCallers() {
        #expect(classify(.awsError(407, "")) == .malformed)
        #expect(classify(.aws("", status: 407), to: .updateRecords) == .malformed)
    }

    @Test(arguments: [
        (400, "ThrottlingException", true), (400, "Throttling", true), (503, "SlowDown", true),
        (400, "ProvisionedThroughputExceededException", true), (400, "RequestLimitExceeded", true),
        (429, "TooManyRequestsException", true), (403, "TooManyRequestsException", true), (429, "", true),
        (400, "LimitExceededException", false), (400, "InvalidParameterException", false),
        (503, "ServiceUnavailableException", false), (200, "ThrottlingException", false),
    ])
    func aRequestForLessIsKnownByItsStatusOrItsName(status: Int, name: String, expected: Bool) {
        #expect(Response.awsError(status, name).asksForLess == expected)
        #expect(Response.awsError(status, name + ":http://internal.amazon.com/").asksForLess == expected)
        #expect(Response.aws(#"{"__type":"com.amazon#\#(name)"}"#, status: status).asksForLess == expected)
    }

    @Test(arguments: OperationName.allCases)
    func aSuccessIsAJSONObject(operation: OperationName) {
        for body in [
            "<html></html>", "[]", "null", "\"x\"", "{", "{}x", "{\"a\":}", "\u{FEFF}{}", "{\"a\":1,}",
        ] {
            #expect(classify(.aws(body), to: operation) == .malformed, "\(body)")
        }
        #expect(
            classify(.aws(""), to: operation)
                == (operation.isRead || operation == .updateRecords ? .malformed : .response)
        )
        let needsMore = [.listRecords, .updateRecords].contains(operation)
        #expect(needsMore || classify(.aws("{\"a\":[{}]}"), to: operation) == .response)
    }

    @Test(arguments: [
        #"{"DatasetExists":true,"DatasetSyncCount":1}"#,
        #"{"DatasetExists":false,"DatasetSyncCount":0,"Records":null}"#,
    ])
    func aPageNeedsItsCountAndWhetherTheDatasetExists(body: String) {
        #expect(classify(.aws(body)) == .response)
        #expect(classify(.aws(body.replacing("SyncCount", with: "Synccount"))) == .malformed)
        #expect(classify(.aws(body.replacing("Exists", with: "exists"))) == .malformed)
        #expect(
            classify(.aws(body.replacing("Count\":", with: "Count\":\"").replacing("}", with: "\"}")))
                == .malformed
        )
    }

    @Test(arguments: [
        (Response.updated(5), "applied 5"), (.aws(#"{"Records":[]}"#), "applied"),
        (.awsError(400, "X"), "rejected"), (.awsError(409, "X"), "conflict"),
        (.awsError(429, "X"), "rejected"), (.awsError(500, "X"), "unknown"), (.awsError(503, "X"), "unknown"),
    ])
    func theOutcomeOfAWriteFollowsFromItsResponse(response: Response, outcome: String) {
        guard
            case .response(let response, let page, let change) = ClassifiedResponse(
                WireResponse(response),
                to: .updateRecords
            )
        else {
            Issue.record("the class is not response")
            return
        }
        #expect(page == nil)
        #expect(WriteOutcome(Forwarded(result: .success(response), change: change)).name == outcome)
    }

    @Test func theScanOfAPageComesWithItsResponse() throws {
        let response = Response.page(7)
        guard
            case .response(let response, let page, let change) = ClassifiedResponse(
                WireResponse(response),
                to: .listRecords
            )
        else {
            Issue.record("the class is not response")
            return
        }
        #expect(page == (try RecordsPage.scan(response.body)))
        #expect(page?.datasetSyncCount == 7)
        #expect(change == nil)
    }

    @Test(arguments: [
        (GatewayError.upstream(UpstreamError(.unreachable, phase: .notSent, detail: "")), "rejected"),
        (.upstream(UpstreamError(.timedOut, phase: .notSent, detail: "")), "rejected"),
        (.upstream(UpstreamError(.timedOut, phase: .sent, detail: "")), "unknown"),
        (.upstream(UpstreamError(.cut, phase: .partlyReceived, detail: "")), "unknown"),
        (.upstream(UpstreamError(.cancelled, phase: .sent, detail: "")), "unknown"),
        (.malformedResponse(""), "unknown"), (.noCredentials, "rejected"),
        (.refusedByUpstream("X"), "rejected"),
        (.circuitOpen(retryAfterNanoseconds: 1), "rejected"), (.overloaded, "rejected"),
    ])
    func theOutcomeOfAWriteFollowsFromItsFailure(error: GatewayError, outcome: String) {
        #expect(WriteOutcome(Forwarded(result: .failure(error))).name == outcome)
    }
}

extension WriteOutcome {
    fileprivate var name: String {
        switch self {
        case .applied(let change): "applied" + (change.map { " \($0.syncCount)" } ?? "")
        case .rejected: "rejected"
        case .conflict: "conflict"
        case .unknown: "unknown"
        case .settled: "settled"
        }
    }
}

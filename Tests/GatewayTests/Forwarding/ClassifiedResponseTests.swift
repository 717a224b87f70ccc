import CognitoSync
import HTTPTypes
import Messages
import Policy
import Testing
import Upstream

@testable import Gateway

/// What a whole answer of the origin means.
@Suite struct ClassifiedResponseTests {
    enum Meaning: Equatable {
        case answer, clock, credentials, rights, malformed

        init(_ answer: ClassifiedResponse) {
            switch answer {
            case .answer: self = .answer
            case .signatureRefused(.clock): self = .clock
            case .signatureRefused(.credentials): self = .credentials
            case .rightsRefused: self = .rights
            case .malformed: self = .malformed
            }
        }
    }

    private func meaning(_ response: Response, to operation: OperationName = .listRecords) -> Meaning {
        Meaning(ClassifiedResponse(response, to: operation))
    }

    @Test(arguments: [
        ("ExpiredTokenException", "", Meaning.credentials), ("ExpiredToken", "", .credentials),
        ("UnrecognizedClientException", "", .credentials), ("InvalidClientTokenId", "", .credentials),
        ("MissingAuthenticationToken", "", .credentials), ("IncompleteSignature", "", .credentials),
        ("InvalidSignatureException", "The request signature we calculated does not match", .credentials),
        ("SignatureDoesNotMatch", "Signature expired: 20150830T123600Z is now earlier than", .clock),
        ("InvalidSignatureException", "Signature expired: 20150830T123600Z is now earlier than", .clock),
        ("InvalidSignatureException", "Signature not yet current: 20150830T123600Z is still later", .clock),
        ("RequestExpired", "", .clock), ("RequestTimeTooSkewed", "", .clock),
        ("RequestInTheFuture", "", .clock),
        ("AccessDeniedException", "", .rights), ("AccessDenied", "", .rights), ("OptInRequired", "", .rights),
        ("NotAuthorizedException", "", .answer), ("ResourceConflictException", "Signature expired", .answer),
        ("InvalidParameterException", "", .answer), ("", "", .answer),
    ])
    func anErrorIsKnownByItsName(name: String, message: String, meaning expected: Meaning) {
        for status in [400, 403, 500] {
            #expect(meaning(.awsError(status, name, message)) == expected)
            #expect(meaning(.awsError(status, name + ":http://internal.amazon.com/", message)) == expected)
            let body = #"{"__type":"com.amazon.coral.service#\#(name)","message":"\#(message)"}"#
            #expect(meaning(.aws(body, status: status)) == expected, "by its body")
        }
    }

    @Test(arguments: [100, 101, 199, 201, 202, 204, 206, 300, 301, 302, 304, 307, 399, 600, 700, 999])
    func aStatusThatTheAPIDoesNotHaveIsNoAnswer(status: Int) {
        #expect(meaning(.aws(Response.page(1).content, status: status)) == .malformed)
    }

    @Test(arguments: OperationName.allCases)
    func aSuccessIsAJSONObject(operation: OperationName) {
        for body in [
            "<html></html>", "[]", "null", "\"x\"", "{", "{}x", "{\"a\":}", "\u{FEFF}{}", "{\"a\":1,}",
        ] {
            #expect(meaning(.aws(body), to: operation) == .malformed, "\(body)")
        }
        #expect(
            meaning(.aws(""), to: operation)
                == (operation.isRead || operation == .updateRecords ? .malformed : .answer)
        )
        let needsMore = [.listRecords, .updateRecords].contains(operation)
        #expect(needsMore || meaning(.aws("{\"a\":[{}]}"), to: operation) == .answer)
    }

    @Test(arguments: [
        #"{"DatasetExists":true,"DatasetSyncCount":1}"#,
        #"{"DatasetExists":false,"DatasetSyncCount":0,"Records":null}"#,
    ])
    func aPageNeedsItsCountAndWhetherTheDatasetExists(body: String) {
        #expect(meaning(.aws(body)) == .answer)
        #expect(meaning(.aws(body.replacing("SyncCount", with: "Synccount"))) == .malformed)
        #expect(meaning(.aws(body.replacing("Exists", with: "exists"))) == .malformed)
        #expect(
            meaning(.aws(body.replacing("Count\":", with: "Count\":\"").replacing("}", with: "\"}")))
                == .malformed
        )
    }

    @Test(arguments: [
        (Response.updated(5), "applied 5"), (.aws(#"{"Records":[]}"#), "applied"),
        (.awsError(400, "X"), "rejected"), (.awsError(409, "X"), "conflict"),
        (.awsError(429, "X"), "rejected"), (.awsError(500, "X"), "unknown"), (.awsError(503, "X"), "unknown"),
    ])
    func whatAnAnswerSaysOfAWrite(answer: Response, outcome: String) {
        guard case .answer(let answer, let page, let update) = ClassifiedResponse(answer, to: .updateRecords)
        else {
            Issue.record("not an answer")
            return
        }
        #expect(page == nil)
        #expect(WriteOutcome(Forwarded(result: .success(answer), update: update)).name == outcome)
    }

    @Test func whatTheCheckOfAPageFoundGoesWithIt() throws {
        let response = Response.page(7)
        guard case .answer(let answer, let page, let update) = ClassifiedResponse(response, to: .listRecords)
        else {
            Issue.record("not an answer")
            return
        }
        #expect(page == (try RecordsPage.scan(answer.body)))
        #expect(page?.datasetSyncCount == 7)
        #expect(update == nil)
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
    func whatAFailureSaysOfAWrite(error: GatewayError, outcome: String) {
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
        }
    }
}

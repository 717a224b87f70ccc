import CognitoSync
import CredentialSources
import GatewayConfiguration
import HTTPTypes
import Messages
import SigV4
import TestSupport
import Testing

@testable import Gateway

struct LiveCheckTests {
    private static func response(_ status: Int, _ error: String?) -> Response {
        var head = HTTPResponse(status: .init(code: status))
        if let error, let field = HTTPField.Name("x-amzn-ErrorType") { head.headerFields[field] = error }
        return Response(head: head, body: [UInt8](#"{"Datasets":[],"Count":0}"#.utf8))
    }

    @Test(
        arguments: [
            (200, nil, .passed, "allowed"), (400, "ResourceNotFoundException", .passed, "ResourceNotFound"),
            (403, "AccessDeniedException:", .failed, "allow cognito-sync:ListDatasets"),
            (403, "NotAuthorizedException", .failed, "check the policy"),
            (403, "InvalidSignatureException", .failed, ""),
            (403, "ExpiredTokenException", .failed, "replace"),
            (429, "TooManyRequestsException", .failed, "later"), (503, nil, .failed, "later"),
            (302, nil, .failed, "check upstream.endpoint"),
        ] as [(Int, String?, LiveReport.Outcome, String)]
    )
    func theResponseShowsTheRight(
        _ status: Int,
        _ error: String?,
        _ outcome: LiveReport.Outcome,
        _ text: String
    ) {
        let judged = LiveCheck.judge(WireResponse(Self.response(status, error)), .listDatasets)
        #expect(judged.0 == outcome)
        #expect(judged.detail.contains(text), "\(judged.detail)")
    }

    @Test
    func onlyReadsAreTried() {
        let calls = LiveReads(Configuration())
        #expect(calls.reads.count + calls.untried.count == OperationName.allCases.count)
        #expect(
            calls.reads.allSatisfy {
                $0.wireRequest(to: nil).method == .get || $0.name == .getBulkPublishDetails
            }
        )
        #expect(Set(calls.untried).isSuperset(of: [.updateRecords, .deleteDataset, .bulkPublish]))
        var allowed = Configuration()
        allowed.allow.operations = .only([.listRecords, .deleteDataset])
        let few = LiveReads(allowed)
        #expect(few.reads.map(\.name) == [.listRecords])
        #expect(few.untried == [.deleteDataset])
    }

    private static let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("hush"))

    private static func identity(_ text: String) async throws -> CallerIdentity {
        let server = try ScriptedUpstream { _ in [.send(text)] }
        defer { server.stop() }
        let origin = try #require(Origin("http://127.0.0.1:\(server.port)"))
        let identity = try await CallerIdentity.ask(
            origin,
            region: "eu-west-1",
            credentials: keys,
            at: SigningTime(epochSeconds: 1_440_938_160)
        )
        let received = try #require(server.received.first)
        #expect(received.values("authorization").first?.contains("/eu-west-1/sts/aws4_request") == true)
        #expect(
            String(decoding: received.body, as: UTF8.self) == "Action=GetCallerIdentity&Version=2011-06-15"
        )
        return identity
    }

    private static func http(_ status: Int, _ body: String) -> String {
        "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test
    func theIdentityIsThatOfSTS() async throws {
        let arn = "arn:aws:sts::123456789012:assumed-role/sync/i-1"
        let body =
            #"{"GetCallerIdentityResponse":{"GetCallerIdentityResult":"#
            + #"{"Account":"123456789012","Arn":"\#(arn)","UserId":"A"}}}"#
        let identity = try await Self.identity(Self.http(200, body))
        #expect(identity == CallerIdentity(account: "123456789012", arn: arn))
    }

    @Test(arguments: [
        (
            403, #"{"Error":{"Code":"InvalidClientTokenId","Message":"hidden"}}"#,
            CallerIdentity.Failure.refused("status 403, InvalidClientTokenId")
        ),
        (500, "", .unreachable("it sent the status 500")), (200, "<xml/>", .refused("status 200, no code")),
    ])
    func aRefusalOfSTSIsNamed(_ status: Int, _ body: String, _ failure: CallerIdentity.Failure) async {
        await #expect(throws: failure) { try await Self.identity(Self.http(status, body)) }
    }
}

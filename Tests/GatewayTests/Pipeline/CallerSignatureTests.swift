import CognitoSync
import GatewayConfiguration
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// The policy on signatures that callers put on their own requests (threat T2).
@Suite struct CallerSignatureTests {
    static let signed = [
        Request.get(
            PipelineHarness.records,
            ["Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1"]
        ),
        .get(PipelineHarness.records, ["Authorization": "Bearer x"]),
        .get(PipelineHarness.records, ["Authorization": ""]),
        .get(PipelineHarness.records + "?X-Amz-Signature=abc"),
        .get(PipelineHarness.records + "?maxResults=1&x-amz-signature=abc"),
        .get(PipelineHarness.records + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b"),
        .get(PipelineHarness.records + "?X-Amz-Security-Token"),
        .make(.post, PipelineHarness.dataset, "{}", fields: ["Authorization": "x"]),
    ]

    @Test(arguments: signed)
    func isRefusedWithAdvice(request: Request) async {
        let harness = PipelineHarness()
        let response = await harness.send(request)
        #expect(response.status == 400)
        let isSigned = request.head.headerFields[.authorization].map { $0.hasPrefix("AWS") } ?? true
        #expect(response.content.contains(isSigned ? "send it unsigned" : "send none"))
        #expect(harness.upstream.count == 0)
    }

    @Test(arguments: signed.dropLast())
    func isDroppedWhereConfigured(request: Request) async throws {
        let harness = PipelineHarness(configured: { $0.callers.signatures = .ignore })
        #expect(await harness.send(request).status == 200)
        let sent = try #require(harness.upstream.requests.first).request
        #expect(
            sent["Authorization"]?.contains("Credential=AKIDEXAMPLE/20150830/us-east-1/cognito-sync") == true
        )
        #expect(!(sent.head.path ?? "").lowercased().contains("x-amz"))
    }

    /// A name in a spelling that is not recognised is no parameter of any operation either.
    @Test(arguments: [
        "?X%2DAmz-Signature=a", "?%58-Amz-Signature=a", "?;X-Amz-Signature=a", "?&X%2damz-signature",
    ])
    func isNotForwardedInDisguise(query: String) async {
        for policy in SignaturePolicy.allCases {
            let harness = PipelineHarness(configured: { $0.callers.signatures = policy })
            #expect(await harness.get(PipelineHarness.records + query).status == 400, "\(policy)")
            #expect(harness.upstream.count == 0)
        }
    }

    @Test(arguments: ["", "?", "?maxResults=1", "?nextToken=X-Amz-Signature"])
    func anUnsignedRequestIsLeftAsItIs(query: String) throws {
        for policy in SignaturePolicy.allCases {
            var request = Request.get(PipelineHarness.records + query, ["X-Amz-Date": "20150830T123600Z"])
            let before = request
            try CallerSignature.applySignaturePolicy(&request, by: policy)
            #expect(request == before)
        }
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// What becomes of a signature that a caller put on its own request (threat T2).
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
    func isRefusedWithAWordOnWhatToDo(request: Request) async {
        let rig = PipelineHarness()
        let answer = await rig.send(request)
        #expect(answer.status == 400)
        #expect(answer.content.contains("send it unsigned"))
        #expect(rig.origin.count == 0)
    }

    @Test(arguments: signed.dropLast())
    func isDroppedWhereTheOperatorSaysSo(request: Request) async throws {
        let rig = PipelineHarness(configured: { $0.callers.signatures = .ignore })
        #expect(await rig.send(request).status == 200)
        let sent = try #require(rig.origin.calls.first).request
        #expect(
            sent["Authorization"]?.contains("Credential=AKIDEXAMPLE/20150830/us-east-1/cognito-sync") == true
        )
        #expect(!(sent.head.path ?? "").lowercased().contains("x-amz"))
    }

    /// A name that is spelled so that it is not recognised is not a parameter of any operation either.
    @Test(arguments: [
        "?X%2DAmz-Signature=a", "?%58-Amz-Signature=a", "?;X-Amz-Signature=a", "?&X%2damz-signature",
    ])
    func isNotForwardedInDisguise(query: String) async {
        for policy in SignaturePolicy.allCases {
            let rig = PipelineHarness(configured: { $0.callers.signatures = policy })
            #expect(await rig.get(PipelineHarness.records + query).status == 400, "\(policy)")
            #expect(rig.origin.count == 0)
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

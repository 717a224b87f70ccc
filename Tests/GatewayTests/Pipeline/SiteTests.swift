import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// Requests that a browser sends for a web page, and those under a host that a page may have pointed here.
@Suite struct SiteTests {
    private static let events = "/identitypools/\(PipelineHarness.pool)/events"

    private func request(
        _ fields: [String: String],
        host: String? = "localhost",
        post: Bool = false
    ) -> Request {
        var request =
            post
            ? Request.make(
                .post,
                Self.events,
                #"{"Events":{"SyncTrigger":"arn:aws:lambda:us-east-1:1:function:f"}}"#
            )
            : Request.get()
        request.head.authority = host
        for (name, value) in fields { request.head.headerFields[.named(name)] = value }
        return request
    }

    @Test(
        arguments: [
            ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "http://localhost"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
            ["Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"],
        ],
        [true, false]
    )
    func aWebPageReachesNothing(fields: [String: String], post: Bool) async {
        let harness = PipelineHarness()
        let response = await harness.send(request(fields, post: post))
        #expect(response.status == 403)
        #expect(response["x-amzn-ErrorType"] == "AccessDeniedException")
        #expect(response["Access-Control-Allow-Origin"] == nil)
        #expect(harness.upstream.count == 0)
    }

    @Test(arguments: ["none", "same-origin"])
    func aUserWhoEntersTheAddressIsServed(site: String) async {
        #expect(await PipelineHarness().send(request(["Sec-Fetch-Site": site])).status == 200)
    }

    @Test(arguments: [
        "evil.example", "evil.example:8080", "localhost.evil.example", "1.2.3", "127.0.0.1.evil.example",
    ])
    func aNameThatIsNotThisMachinesIsMisdirected(host: String) async {
        let harness = PipelineHarness()
        let response = await harness.send(request([:], host: host))
        #expect(response.status == 421)
        #expect(response["x-amzn-ErrorType"] == "MisdirectedRequestException")
        #expect(response.content.contains("listen.hosts"))
        #expect(harness.upstream.count == 0)
    }

    @Test(arguments: [
        "localhost", "LOCALHOST:80", "a.localhost", "localhost.", "127.0.0.1:1", "10.1.2.3", "[::1]:8080",
        nil,
    ])
    func addressesAndLocalhostAreServed(host: String?) async {
        #expect(await PipelineHarness().send(request([:], host: host)).status == 200)
    }

    @Test func aListedHostIsServedAndOthersAreNot() async {
        let harness = PipelineHarness(configured: { $0.listen.hosts = ["gateway.example"] })
        #expect(await harness.send(request([:], host: "Gateway.Example:8080")).status == 200)
        #expect(await harness.send(request([:], host: "evil.example")).status == 421)
        let all = PipelineHarness(configured: { $0.listen.hosts = ["*"] })
        #expect(await all.send(request([:], host: "evil.example")).status == 200)
    }

    @Test(arguments: [ListenAddress.tcp(host: "0.0.0.0", port: 8080), .unix(path: "/run/syncgate.sock")])
    func beyondLoopbackOnlyListedHostsBind(address: ListenAddress) async {
        let open = PipelineHarness(configured: { $0.listen.address = address })
        #expect(await open.send(request([:], host: "any.example")).status == 200)
        let bound = PipelineHarness(configured: {
            $0.listen.address = address
            $0.listen.hosts = ["gateway.example"]
        })
        let isSocket = if case .unix = address { true } else { false }
        #expect(await bound.send(request([:], host: "any.example")).status == (isSocket ? 200 : 421))
    }

    @Test func aListedPageIsServedAndMayRead() async {
        let harness = PipelineHarness(configured: { $0.callers.origins = ["https://app.example"] })
        let fields = ["Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"]
        let response = await harness.send(request(fields))
        #expect(response.status == 200)
        #expect(response["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(
            response["Access-Control-Expose-Headers"]
                == "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
        )
        #expect(await harness.send(request(["Origin": "https://app.example.evil"])).status == 403)
    }

    @Test func aListedPageMayAskFirst() async {
        let harness = PipelineHarness(configured: { $0.callers.origins = ["https://app.example"] })
        let fields = [
            "Origin": "https://app.example", "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, X-Evil,x-amz-target",
        ]
        let response = await harness.send(.make(.options, PipelineHarness.dataset, fields: fields))
        #expect(response.status == 200)
        #expect(response["Access-Control-Allow-Methods"] == "GET, HEAD, POST, DELETE")
        #expect(response["Access-Control-Allow-Headers"] == "content-type, x-amz-target")
        #expect(response["Access-Control-Max-Age"] == "172800")
        #expect(response["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(await harness.send(.make(.options, "/nope", fields: fields)).status == 404)
        let unlisted = await harness.send(
            .make(.options, PipelineHarness.dataset, fields: ["Origin": "https://x"])
        )
        #expect(unlisted.status == 403)
        #expect(await harness.send(.make(.options, PipelineHarness.dataset)).status == 405)
        #expect(harness.upstream.count == 0)
    }

    @Test func aRefusedPageIsNotFree() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 1)
        })
        #expect(await harness.send(request(["Origin": "https://evil.example"])).status == 403)
        #expect(await harness.get().status == 429)
    }
}

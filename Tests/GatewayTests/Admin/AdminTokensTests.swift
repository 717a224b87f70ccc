import HTTPTypes
import Messages
import Serving
import Synchronization
import Testing

@testable import Gateway

/// The rights of the two tokens of the admin listener, and of a request without one.
@Suite struct AdminTokensTests {
    private static let (admin, streams) = ("0123456789abcdef", "abcdef0123456789")
    private static let changes: [(HTTPRequest.Method, String)] = [
        (.delete, "/cache"), (.post, "/reload"), (.post, "/drain"),
    ]
    private static let explain: (HTTPRequest.Method, String) = (
        .get, "/explain?pool=us-east-1:0a&identity=us-east-1:0b&dataset=d.1"
    )
    private static let network = ListenAddress.tcp(host: "0.0.0.0", port: 9901)

    private static func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

    @Test(
        arguments: [
            ListenAddress.tcp(host: "127.0.0.1", port: 9901), .unix(path: "/run/x"),
            .tcp(host: "0.0.0.0", port: 9901),
        ],
        [false, true]
    )
    func streamEventsAreDeniedWhereNoTokenIsSet(address: ListenAddress, isOpen: Bool) async {
        for fields in [[:], Self.bearer(""), Self.bearer(Self.streams)] as [HTTPFields] {
            let harness = AdminHarness(isOpen: isOpen, address: address)
            let response = await harness.send(.post, "/streams", fields)
            #expect(response.head.status == .forbidden)
            #expect(response["x-amzn-ErrorType"] == "AccessDeniedException")
            #expect(response.json?["__type"] as? String == "AccessDeniedException")
            #expect((response.json?["message"] as? String)?.contains("admin.streams_token_file") == true)
            #expect(harness.done.withLock { $0.isEmpty })
        }
    }

    @Test func theTokenOfStreamsIsGoodForNothingElse() async {
        for (method, target) in Self.changes + [Self.explain] {
            let harness = AdminHarness(token: Self.admin, streamsToken: Self.streams)
            let response = await harness.send(method, target, Self.bearer(Self.streams))
            #expect(response.head.status == .unauthorized)
            #expect(harness.done.withLock { $0.isEmpty })
        }
    }

    @Test func bothTokensAreGoodForStreamEvents() async {
        for token in [Self.admin, Self.streams] {
            let harness = AdminHarness(token: Self.admin, streamsToken: Self.streams)
            #expect(await harness.send(.post, "/streams", Self.bearer(token)).head.status == .ok)
            #expect(harness.done.withLock { $0.count } == 1)
        }
    }

    @Test func streamEventsNeedOneOfTheTokensThatAreSet() async {
        for fields in [[:], Self.bearer(""), Self.bearer("x"), Self.bearer(Self.streams + "x")]
            as [HTTPFields]
        {
            for harness in [AdminHarness(token: Self.admin), AdminHarness(streamsToken: Self.streams)] {
                #expect(await harness.send(.post, "/streams", fields).head.status == .unauthorized)
                #expect(harness.done.withLock { $0.isEmpty })
            }
        }
        // The token of streams is no admin token, and none is asked for on loopback.
        #expect(await AdminHarness(streamsToken: Self.streams).send(.post, "/drain").head.status == .accepted)
    }

    @Test func offLoopbackChangesAreDeniedWhereNoTokenIsSet() async {
        for (method, target) in Self.changes {
            for streamsToken in [nil, Self.streams] {
                let harness = AdminHarness(streamsToken: streamsToken, address: Self.network)
                let response = await harness.send(method, target, Self.bearer(Self.streams))
                #expect(response.head.status == .forbidden)
                #expect(response.json?["__type"] as? String == "AccessDeniedException")
                #expect((response.json?["message"] as? String)?.contains("admin.token_file") == true)
                #expect(harness.done.withLock { $0.isEmpty })
            }
        }
        let harness = AdminHarness(address: Self.network)
        for target in ["/livez", "/readyz", "/metrics", "/status", "/", Self.explain.1] {
            #expect(await harness.send(.get, target).head.status == .ok)
        }
    }

    @Test func offLoopbackChangesAreOpenOnPurposeOrWithTheToken() async {
        for (method, target) in Self.changes {
            let open = AdminHarness(isOpen: true, address: Self.network)
            #expect(await open.send(method, target).head.status.kind == .successful)
            let guarded = AdminHarness(token: Self.admin, isOpen: true, address: Self.network)
            #expect(await guarded.send(method, target).head.status == .unauthorized)
            #expect(
                await guarded.send(method, target, Self.bearer(Self.admin)).head.status.kind == .successful
            )
        }
    }

    @Test func aUnixSocketCountsAsLoopback() async {
        let harness = AdminHarness(address: .unix(path: "/run/x"))
        #expect(await harness.send(.post, "/drain").head.status == .accepted)
    }
}

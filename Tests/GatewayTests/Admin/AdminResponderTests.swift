import CognitoSync
import Foundation
import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import SigV4
import Synchronization
import Telemetry
import Testing

@testable import Gateway

@Suite struct AdminResponderTests {
    private static let token = "0123456789abcdef"
    private static let changes: [(HTTPRequest.Method, String)] = [
        (.delete, "/cache"), (.post, "/reload"), (.post, "/drain"), (.post, "/streams"),
    ]

    @Test(arguments: [
        ("/livez", "text/plain; charset=utf-8"), ("/readyz", "text/plain; charset=utf-8"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8"), ("/status", "application/json"),
        ("/", "text/html; charset=utf-8"), ("/metrics?x=y", "text/plain; version=0.0.4; charset=utf-8"),
    ])
    func readsAcceptGetAndHead(target: String, type: String) async {
        let admin = AdminHarness()
        let response = await admin.send(.get, target)
        #expect(response.head.status == .ok)
        #expect(response.head.headerFields[.contentType] == type)
        #expect(response.head.headerFields[.cacheControl] == "no-store")
        #expect(!response.body.isEmpty)
        let head = await admin.send(.head, target)
        #expect(head.head.status == .ok && head.body.isEmpty)
        #expect(admin.done.withLock { $0.isEmpty })
    }

    @Test func readinessFollowsItsChecks() async {
        let admin = AdminHarness()
        #expect(await admin.send(.get, "/readyz").text == "ok\n")
        #expect(await admin.send(.get, "/readyz?verbose").text == "[+]listener\n[+]credentials\nok\n")
        admin.checks.withLock {
            $0[1] = HealthCheck("credentials", isPassing: false, detail: "none\n[+]forged")
        }
        let response = await admin.send(.get, "/readyz?verbose=1")
        #expect(response.head.status == .serviceUnavailable)
        #expect(response.text == "[+]listener\n[-]credentials none\u{FFFD}[+]forged\nnot ready\n")
        #expect(await admin.send(.get, "/livez").head.status == .ok)
    }

    @Test func changesAcceptTheirMethodOnly() async {
        for (method, target) in Self.changes {
            for other in [HTTPRequest.Method.get, .head, .put, .patch, .post, .delete] where other != method {
                let admin = AdminHarness()
                let response = await admin.send(other, target)
                #expect(response.head.status == .methodNotAllowed)
                #expect(response.head.headerFields[.allow] == method.rawValue)
                #expect(admin.done.withLock { $0.isEmpty })
            }
        }
        #expect(await AdminHarness().send(.post, "/metrics").head.headerFields[.allow] == "GET, HEAD")
    }

    @Test func changesNeedTheTokenWhereOneIsSet() async {
        let wrong: [HTTPFields] = [
            [:], [.authorization: Self.token], [.authorization: "Bearer"], [.authorization: "Bearer "],
            [.authorization: "Bearer \(Self.token)x"], [.authorization: "Bearer 0123456789abcdee"],
            [.authorization: "Basic \(Self.token)"], [.authorization: "Bearer \(Self.token) x"],
        ]
        for (method, target) in Self.changes {
            for fields in wrong {
                let admin = AdminHarness(token: Self.token)
                let response = await admin.send(method, target, fields)
                #expect(response.head.status == .unauthorized)
                #expect(response.head.headerFields[.wwwAuthenticate] == "Bearer realm=\"syncgate\"")
                #expect(!response.text.contains(Self.token))
                #expect(admin.done.withLock { $0.isEmpty })
            }
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let admin = AdminHarness(token: Self.token)
                let response = await admin.send(method, target, [.authorization: "\(scheme) \(Self.token)"])
                #expect(response.head.status.kind == .successful)
                #expect(admin.done.withLock { $0.count } == 1)
            }
        }
    }

    @Test func aPurgeReportsTheNumberOfRemovedPages() async {
        let admin = AdminHarness()
        let response = await admin.send(
            .delete,
            "/cache?pool=us-east-1%3A0a&identity=us-east-1:0b&dataset=d.1"
        )
        #expect(response.head.status == .ok)
        #expect(response.json?["removed"] as? Int == 7)
        #expect(await admin.send(.delete, "/cache?pool=us-east-1:0a").head.status == .ok)
        #expect(await admin.send(.delete, "/cache").head.status == .ok)
        #expect(
            admin.done.withLock { $0 } == [
                "purge us-east-1:0a us-east-1:0b d.1", "purge us-east-1:0a - -", "purge - - -",
            ]
        )
    }

    @Test(arguments: [
        "pool=", "pool=x", "pool=A:0&pool=A:0", "identity=a:0", "pool=a:0&dataset=d", "pol=a:0",
        "pool=a:0&x=1",
        "pool=a%3", "pool=a%zz0", "pool=%FF:0", "pool=a%+10", "pool=a:0&identity=a:1&dataset=..", "pool",
    ])
    func anInvalidPurgeRemovesNothing(query: String) async {
        let admin = AdminHarness()
        let response = await admin.send(.delete, "/cache?\(query)")
        #expect(response.head.status == .badRequest)
        #expect(response.json?["error"] is String)
        #expect(admin.done.withLock { $0.isEmpty })
    }

    @Test func aReloadReportsItsResult() async {
        let problem = ConfigurationProblem(location: .file("f", line: 1, column: 2), message: "no")
        let good = AdminHarness(reload: .applied(warnings: [problem]))
        #expect(await good.send(.post, "/reload").json?["warnings"] as? [String] == ["f:1:2: no"])
        let bad = await AdminHarness(reload: .refused([problem])).send(.post, "/reload")
        #expect(bad.head.status == .unprocessableContent)
        #expect(bad.json?["problems"] as? [String] == ["f:1:2: no"])
        #expect(await AdminHarness(reload: .nothingToRead).send(.post, "/reload").head.status == .conflict)
    }

    @Test func aDrainIsAccepted() async {
        let admin = AdminHarness()
        #expect(await admin.send(.post, "/drain").head.status == .accepted)
        #expect(admin.done.withLock { $0 } == ["drain"])
    }

    @Test(arguments: [
        "127.0.0.1:9901", "localhost", "LOCALHOST:9901", "127.1.2.3", "[::1]:9901", "[::1]", "localhost.",
    ])
    func aLoopbackListenerServesLoopbackNames(host: String) async {
        #expect(await AdminHarness().send(.get, "/status", host: host).head.status == .ok)
    }

    @Test(arguments: [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:9901", "evil.example:9901", "",
        "127.0.0.1@evil", "127.0.0.256",
    ])
    func aLoopbackListenerServesNoOtherName(host: String) async {
        for target in ["/livez", "/status", "/nowhere"] {
            #expect(await AdminHarness().send(.get, target, host: host).head.status.code == 421)
        }
        let admin = AdminHarness()
        #expect(await admin.send(.post, "/drain", host: host).head.status.code == 421)
        #expect(admin.done.withLock { $0.isEmpty })
    }

    @Test func withATokenEveryHostIsServed() async {
        let admin = AdminHarness(token: "a token of more than 32 characters, as it should be")
        #expect(await admin.send(.get, "/status", host: "evil.example").head.status == .ok)
        #expect(await admin.send(.post, "/drain", host: "evil.example").head.status == .unauthorized)
    }

    @Test(arguments: ["cross-site", "same-site"])
    func aPageThatDoesNotSayItsNameChangesNothing(site: String) async throws {
        let field = try #require(HTTPField.Name("Sec-Fetch-Site"))
        for (method, target) in Self.changes {
            #expect(await AdminHarness().send(method, target, [field: site]).head.status == .forbidden)
        }
    }

    @Test func anOpenListenerServesItsOwnNames() async {
        let admin = AdminHarness(address: .tcp(host: "0.0.0.0", port: 9901))
        #expect(await admin.send(.get, "/metrics", host: "gateway.internal:9901").head.status == .ok)
    }

    @Test func aWebPageChangesNothing() async throws {
        for (method, target) in Self.changes {
            let admin = AdminHarness()
            let origin = try #require(HTTPField.Name("Origin"))
            for page in ["https://evil.example", "null", "http://127.0.0.1:8080"] {
                #expect(await admin.send(method, target, [origin: page]).head.status == .forbidden)
            }
            #expect(admin.done.withLock { $0.isEmpty })
        }
    }

    @Test(arguments: ["/nowhere", "/livez/", "/METRICS", "//", "/cache/x", "*", "/status%00"])
    func anUnknownPathIsNotFoundInJSON(target: String) async {
        let response = await AdminHarness().send(.get, target)
        #expect(response.head.status == .notFound)
        #expect(response.json?["error"] is String)
    }

    @Test func thePageLoadsNothingAndEscapesEverything() async {
        let response = await AdminHarness().send(.get, "/")
        #expect(response.head.headerFields[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
        #expect(
            !response.text.contains("<b>")
                && response.text.contains("https://&lt;b&gt;&amp;&quot;&#39;\u{FFFD}example.com")
        )
        #expect(
            !response.text.contains("src=") && !response.text.contains("<script")
                && !response.text.contains("@import")
        )
        #expect(response.text.contains("syncgate is serving"))
    }

    @Test func theStatusIsJSONWithStateAndFigures() async {
        let status = await AdminHarness().send(.get, "/status").json
        #expect(status?["state"] as? String == "serving")
        #expect((status?["cache"] as? [String: Any])?["limit_bytes"] is Int)
        #expect((status?["credentials"] as? [String: Any])?["source"] as? String == "environment")
    }

    @Test(arguments: Refusal.allCases) func bytesThatAreNoRequestAreRefusedInJSON(refusal: Refusal) {
        let response = AdminHarness().responder.refuse(refusal, from: Caller(address: "127.0.0.1"))
        #expect((400..<600).contains(response.head.status.code))
        #expect(response.json?["error"] as? String == RefusalReason(refusal).rawValue)
    }
}

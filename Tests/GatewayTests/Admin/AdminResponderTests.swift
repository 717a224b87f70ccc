import CognitoSync
import Foundation
import HTTPTypes
import Messages
import Serving
import SigV4
import Synchronization
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
    func readsAnswerToGetAndHead(target: String, type: String) async {
        let service = AdminHarness()
        let answer = await service.ask(.get, target)
        #expect(answer.head.status == .ok)
        #expect(answer.head.headerFields[.contentType] == type)
        #expect(answer.head.headerFields[.cacheControl] == "no-store")
        #expect(!answer.body.isEmpty)
        let head = await service.ask(.head, target)
        #expect(head.head.status == .ok && head.body.isEmpty)
        #expect(service.done.withLock { $0.isEmpty })
    }

    @Test func readinessFollowsItsChecks() async {
        let service = AdminHarness()
        #expect(await service.ask(.get, "/readyz").text == "ok\n")
        #expect(await service.ask(.get, "/readyz?verbose").text == "[+]listener\n[+]credentials\nok\n")
        service.checks.withLock {
            $0[1] = HealthCheck("credentials", isPassing: false, detail: "none\n[+]forged")
        }
        let answer = await service.ask(.get, "/readyz?verbose=1")
        #expect(answer.head.status == .serviceUnavailable)
        #expect(answer.text == "[+]listener\n[-]credentials none\u{FFFD}[+]forged\nnot ready\n")
        #expect(await service.ask(.get, "/livez").head.status == .ok)
    }

    @Test func changesNeverAnswerToAnythingButTheirMethod() async {
        for (method, target) in Self.changes {
            for other in [HTTPRequest.Method.get, .head, .put, .patch, .post, .delete] where other != method {
                let service = AdminHarness()
                let answer = await service.ask(other, target)
                #expect(answer.head.status == .methodNotAllowed)
                #expect(answer.head.headerFields[.allow] == method.rawValue)
                #expect(service.done.withLock { $0.isEmpty })
            }
        }
        #expect(await AdminHarness().ask(.post, "/metrics").head.headerFields[.allow] == "GET, HEAD")
    }

    @Test func changesNeedTheTokenWhereOneIsSet() async {
        let wrong: [HTTPFields] = [
            [:], [.authorization: Self.token], [.authorization: "Bearer"], [.authorization: "Bearer "],
            [.authorization: "Bearer \(Self.token)x"], [.authorization: "Bearer 0123456789abcdee"],
            [.authorization: "Basic \(Self.token)"], [.authorization: "Bearer \(Self.token) x"],
        ]
        for (method, target) in Self.changes {
            for fields in wrong {
                let service = AdminHarness(token: Self.token)
                let answer = await service.ask(method, target, fields)
                #expect(answer.head.status == .unauthorized)
                #expect(answer.head.headerFields[.wwwAuthenticate] == "Bearer realm=\"syncgate\"")
                #expect(!answer.text.contains(Self.token))
                #expect(service.done.withLock { $0.isEmpty })
            }
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let service = AdminHarness(token: Self.token)
                let answer = await service.ask(method, target, [.authorization: "\(scheme) \(Self.token)"])
                #expect(answer.head.status.kind == .successful)
                #expect(service.done.withLock { $0.count } == 1)
            }
        }
    }

    @Test func aPurgeTellsHowMuchItRemoved() async {
        let service = AdminHarness()
        let answer = await service.ask(
            .delete,
            "/cache?pool=us-east-1%3A0a&identity=us-east-1:0b&dataset=d.1"
        )
        #expect(answer.head.status == .ok)
        #expect(answer.json?["removed"] as? Int == 7)
        #expect(await service.ask(.delete, "/cache?pool=us-east-1:0a").head.status == .ok)
        #expect(await service.ask(.delete, "/cache").head.status == .ok)
        #expect(
            service.done.withLock { $0 } == [
                "purge us-east-1:0a us-east-1:0b d.1", "purge us-east-1:0a - -", "purge - - -",
            ]
        )
    }

    @Test(arguments: [
        "pool=", "pool=x", "pool=A:0&pool=A:0", "identity=a:0", "pool=a:0&dataset=d", "pol=a:0",
        "pool=a:0&x=1",
        "pool=a%3", "pool=a%zz0", "pool=%FF:0", "pool=a%+10", "pool=a:0&identity=a:1&dataset=..", "pool",
    ])
    func aPurgeThatIsNotUnderstoodRemovesNothing(query: String) async {
        let service = AdminHarness()
        let answer = await service.ask(.delete, "/cache?\(query)")
        #expect(answer.head.status == .badRequest)
        #expect(answer.json?["error"] is String)
        #expect(service.done.withLock { $0.isEmpty })
    }

    @Test func aReloadTellsWhatCameOfIt() async {
        let problem = ConfigurationProblem(location: .file("f", line: 1, column: 2), message: "no")
        let good = AdminHarness(reload: .applied(warnings: [problem]))
        #expect(await good.ask(.post, "/reload").json?["warnings"] as? [String] == ["f:1:2: no"])
        let bad = await AdminHarness(reload: .refused([problem])).ask(.post, "/reload")
        #expect(bad.head.status == .unprocessableContent)
        #expect(bad.json?["problems"] as? [String] == ["f:1:2: no"])
        #expect(await AdminHarness(reload: .nothingToRead).ask(.post, "/reload").head.status == .conflict)
    }

    @Test func aDrainIsAccepted() async {
        let service = AdminHarness()
        #expect(await service.ask(.post, "/drain").head.status == .accepted)
        #expect(service.done.withLock { $0 } == ["drain"])
    }

    @Test(arguments: ["127.0.0.1:9901", "localhost", "LOCALHOST:9901", "127.1.2.3", "[::1]:9901", "[::1]"])
    func aLoopbackListenerAnswersToLoopbackNames(host: String) async {
        #expect(await AdminHarness().ask(.get, "/status", host: host).head.status == .ok)
    }

    @Test(arguments: [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:9901", "evil.example:9901",
        "169.254.169.254",
        "[::2]", "10.0.0.1", "", "127.0.0.1@evil", "localhost.", "127.0.0.256",
    ])
    func aLoopbackListenerAnswersToNoOtherName(host: String) async {
        for target in ["/livez", "/status", "/nowhere"] {
            #expect(await AdminHarness().ask(.get, target, host: host).head.status == .forbidden)
        }
        let service = AdminHarness()
        #expect(await service.ask(.post, "/drain", host: host).head.status == .forbidden)
        #expect(await service.ask(.post, "/drain", host: nil).head.status == .forbidden)
        #expect(service.done.withLock { $0.isEmpty })
    }

    @Test func anOpenListenerAnswersToItsOwnNames() async {
        let service = AdminHarness(address: .tcp(host: "0.0.0.0", port: 9901))
        #expect(await service.ask(.get, "/metrics", host: "gateway.internal:9901").head.status == .ok)
    }

    @Test func aWebPageChangesNothing() async throws {
        for (method, target) in Self.changes {
            let service = AdminHarness()
            let origin = try #require(HTTPField.Name("Origin"))
            for page in ["https://evil.example", "null", "http://127.0.0.1:8080"] {
                #expect(await service.ask(method, target, [origin: page]).head.status == .forbidden)
            }
            #expect(service.done.withLock { $0.isEmpty })
        }
    }

    @Test(arguments: ["/nowhere", "/livez/", "/METRICS", "//", "/cache/x", "*", "/status%00"])
    func whatIsNotThereIsNotFoundInJSON(target: String) async {
        let answer = await AdminHarness().ask(.get, target)
        #expect(answer.head.status == .notFound)
        #expect(answer.json?["error"] is String)
    }

    @Test func thePageLoadsNothingAndEscapesEverything() async {
        let answer = await AdminHarness().ask(.get, "/")
        #expect(answer.head.headerFields[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
        #expect(
            !answer.text.contains("<b>")
                && answer.text.contains("https://&lt;b&gt;&amp;&quot;&#39;\u{FFFD}example.com")
        )
        #expect(
            !answer.text.contains("src=") && !answer.text.contains("<script")
                && !answer.text.contains("@import")
        )
        #expect(answer.text.contains("syncgate is serving"))
    }

    @Test func theStatusIsJSONWithStateAndFigures() async {
        let status = await AdminHarness().ask(.get, "/status").json
        #expect(status?["state"] as? String == "serving")
        #expect((status?["cache"] as? [String: Any])?["limit_bytes"] is Int)
        #expect((status?["credentials"] as? [String: Any])?["source"] as? String == "environment")
    }

    @Test(arguments: Refusal.allCases) func whatNeverBecameARequestIsRefusedInJSON(refusal: Refusal) {
        let answer = AdminHarness().responder.refuse(refusal, from: Caller(address: "127.0.0.1"))
        #expect((400..<600).contains(answer.head.status.code))
        #expect(answer.json?["error"] as? String == RefusalReason(refusal).rawValue)
    }
}

@Suite struct AdminTokenTests {
    private func read(_ text: String) -> Result<Secret, ConfigurationProblem> {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(FileManager.default.createFile(atPath: file.path, contents: Data(text.utf8)))
        return Result { () throws(ConfigurationProblem) in try AdminToken.read(file.path) }
    }

    @Test func aTokenIsTheTextOfItsFile() throws {
        #expect(try read("  0123456789abcdef\r\n").get().text == "0123456789abcdef")
    }

    @Test(arguments: ["", "\n", "short", "0123456789 abcdef", "0123456789abcdef\nMARKER", "0123456789abcdé"])
    func nothingElseIsATokenAndItIsNotTold(text: String) {
        guard case .failure(let problem) = read(text) else {
            Issue.record("taken: \(text)")
            return
        }
        #expect(!problem.description.contains("MARKER"))
    }

    @Test func aMissingFileIsAProblem() {
        #expect(throws: ConfigurationProblem.self) { try AdminToken.read("/nowhere/token") }
    }
}

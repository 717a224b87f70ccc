import CognitoSync
import HTTPTypes
import Messages
import TestSupport
import Testing

/// The spelling of paths and queries: each meaning has one operation, and an ambiguous spelling has none.
@Suite struct SpellingTests {
    private static let owner = "/identitypools/r:0/identities/r:1"

    private func operation(_ method: String, _ target: String) throws -> Operation {
        try RequestDecoder.decode(TestRequests.make(method, target)).operation
    }

    private func refusal(_ method: String, _ target: String) -> APIError? {
        TestRequests.refusal(of: TestRequests.make(method, target))
    }

    @Test(arguments: [
        "/identitypools/r%3A0/identities/r%3A1/datasets/d",
        "/identitypools/r%3a0/identities/%72:1/datasets/%64",
        "/identitypools/%72%3a%30/identities/r%3a1/datasets/d?",
    ])
    func equalSpellingsAreOneOperation(target: String) throws {
        let plain = try operation("GET", "\(Self.owner)/datasets/d")
        #expect(try operation("GET", target) == plain)
        #expect(plain.request().head.path == "/identitypools/r%3A0/identities/r%3A1/datasets/d")
    }

    @Test func aColonMovedMakesAnotherOperation() throws {
        let one = try operation("GET", "/identitypools/a:b/identities/c:0/datasets/d")
        let other = try operation("GET", "/identitypools/a:b/identities/c:0/datasets/0:d")
        let third = try operation(
            "GET",
            "/identitypools/a:bc/identities/c:/datasets/d".replacing("c:/", with: "c:-/")
        )
        #expect(one != other && other != third && one != third)
        let scopes = [one, other, third].compactMap(\.dataset)
        #expect(Set(scopes).count == 3)
        let left = DatasetName("a:b").map { DeviceKey(name: $0, device: DeviceID("c")) }
        let right = DatasetName("a").map { DeviceKey(name: $0, device: DeviceID("b:c")) }
        #expect(left != right)
    }

    private struct DeviceKey: Hashable {
        let name: DatasetName
        let device: DeviceID?
    }

    @Test(arguments: [
        "%253A", "%2F", "%2f", "a%2Fb", "%00", "%5c", "%5C", "a%5Cb", "..", ".", "%2e%2e", "%2E", ".%2e",
        "%2e",
        "%252e%252e", "%25", "a%0a", "a%7F", "%C2%80",
    ])
    func noIdentifierCanBeMistakenForAPath(segment: String) {
        let targets = [
            ("GET", "/identitypools/\(segment)"), ("GET", "/identitypools/r:0/identities/\(segment)"),
            ("GET", "\(Self.owner)/datasets/\(segment)"), ("DELETE", "\(Self.owner)/datasets/\(segment)"),
            ("POST", "\(Self.owner)/datasets/d/subscriptions/\(segment)"),
            ("DELETE", "\(Self.owner)/datasets/d/subscriptions/\(segment)"),
        ]
        for (method, target) in targets {
            #expect(refusal(method, target)?.name == "InvalidParameterException", "\(target)")
        }
    }

    @Test(arguments: [
        "%", "%2", "%zz", "%+1", "a%", "%u0061", "%c3", "%C0%AF", "%ED%A0%80", "%F5%80%80%80", "a b", "a\"b",
        "<", "{",
        "^", "`", "|", "a\\b", "a#b", "é",
    ])
    func aTextThatIsNotStrictlyEscapedIsRefused(segment: String) {
        let target = "\(Self.owner)/datasets/d/subscriptions/\(segment)"
        #expect(refusal("POST", target)?.status == 400, "\(target)")
        #expect(refusal("GET", "/identitypools?nextToken=\(segment)")?.status == 400, "\(segment)")
    }

    @Test(arguments: [
        "/", "//", "/identitypools/", "//identitypools", "/identitypools//", "/identitypools/r:0/",
        "/identitypools/r:0//identities/r:1", "/identitypools/r:0/identities/", "/Identitypools/r:0",
        "/identitypools/r:0/identity/r:1", "/%69dentitypools", "/identitypools/r:0/identities/r:1/datasets/",
        "/identitypools/r:0/identities/r:1/datasets/d/subscriptions", "/x", "/identitypools/r:0/x",
        "/identitypools/r:0/identities/r:1/datasets/d/records/x", "/a/b/c/d/e/f/g/h",
        "/a/b/c/d/e/f/g/h/i/j/k",
        "/identitypools/r:0/identities/r:1/datasets/d/subscriptions/x/y", "/identitypools/../identitypools",
        "/identitypools/r:0/identities/r:1/../../r:0", "/identitypools;x", "/identitypools%3F",
    ])
    func aPathThatIsNotInTheTableIsNotFound(target: String) {
        for method in ["GET", "POST", "DELETE", "PUT"] where target != "/" {
            let error = refusal(method, target)
            let isUsage = target == "/identitypools/r:0/identity/r:1"
            #expect(
                error?.status == 404 && error?.name == "UnknownOperationException" || isUsage,
                "\(target)"
            )
        }
    }

    @Test(arguments: [
        ("/identitypools", "GET, HEAD"), ("/identitypools/r:0", "GET, HEAD"),
        ("/identitypools/r:0/events", "GET, HEAD, POST"),
        ("/identitypools/r:0/bulkpublish", "POST"), ("/identitypools/r:0/identity/r:1/device", "POST"),
        ("/identitypools/r:0/identities/r:1/datasets/d", "GET, HEAD, POST, DELETE"), ("/", "POST"),
        ("/identitypools/r:0/identities/r:1/datasets/d/subscriptions/x", "POST, DELETE"),
    ])
    func aWrongMethodIsRefusedWithTheRightOnes(target: String, allow: String) {
        for method in ["OPTIONS", "PUT", "PATCH", "TRACE", "CONNECT", "get"] {
            let error = refusal(method, target)
            #expect(error?.status == 405)
            #expect(error?.name == "MethodNotAllowedException")
            #expect(error?.allow == allow)
            #expect(error?.response(form: .rest).head.headerFields[.allow] == allow)
        }
    }

    @Test func headIsReadAsGet() throws {
        let path = "/identitypools/r:0/identities/r:1/datasets/d/records?maxResults=1"
        let head = try RequestDecoder.decode(TestRequests.make("HEAD", path))
        #expect(head == (try RequestDecoder.decode(TestRequests.make("GET", path))))
        #expect(refusal("HEAD", "/identitypools/r:0/bulkpublish")?.status == 405)
    }

    @Test func anAmpersandMayEndAQuery() throws {
        let path = "/identitypools?maxResults=1"
        let ended = try RequestDecoder.decode(TestRequests.make("GET", path + "&"))
        #expect(ended == (try RequestDecoder.decode(TestRequests.make("GET", path))))
        #expect(refusal("GET", path + "&&")?.status == 400)
    }

    @Test(arguments: [
        "maxresults=1", "MAXRESULTS=1", "max%52esults=1", "maxResults=1&maxResults=1",
        "nextToken=&nextToken=x",
        "x=1", "maxResults=1&x", "&", "&", "&maxResults=1", "=", "maxResults=1;nextToken=x",
        "lastSyncCount=1", "syncSessionToken=x", "maxResults", "maxResults=", "maxResults=+1",
        "maxResults=%201",
        "maxResults=1e3", "maxResults=-1", "maxResults=01", "maxResults=9223372036854775808",
        "maxResults=%D9%A1", "IdentityPoolId=r:0", "nextToken=%C3%A9", "nextToken=%0A", "nextToken=a%00",
    ])
    func aQueryThatIsNotTheOperationsIsRefused(query: String) {
        let error = refusal("GET", "\(Self.owner)/datasets?\(query)")
        #expect(error?.name == "InvalidParameterException", "\(query)")
    }

    @Test func aQueryHasOneReading() throws {
        let path = "\(Self.owner)/datasets/d/records"
        let plain = try operation("GET", path)
        #expect(try operation("GET", "\(path)?nextToken=") == plain)
        #expect(try operation("GET", "\(path)?nextToken&syncSessionToken=") == plain)
        #expect(try operation("GET", "\(path)?lastSyncCount=0") != plain)
        let token = try operation("GET", "\(path)?nextToken=a%2Bb%2F=%3D&maxResults=%37")
        #expect(try operation("GET", "\(path)?maxResults=7&nextToken=a+b/%3d=") == token)
        guard case .listRecords(let parameters) = token else {
            Issue.record("not ListRecords")
            return
        }
        #expect(parameters.paging == Paging(maxResults: 7, nextToken: "a+b/=="))
        #expect(
            token.request().head.path?.hasSuffix("/records?maxResults=7&nextToken=a%2Bb%2F%3D%3D") == true
        )
    }

    @Test func devicesAreComparedByTheirBytes() throws {
        #expect(DeviceID("e\u{301}") != DeviceID("\u{e9}"))
        #expect(Set([DeviceID("e\u{301}"), DeviceID("\u{e9}")]).count == 2)
        let path = "\(Self.owner)/datasets/d/subscriptions"
        let strange = try operation("POST", "\(path)/%20a%3Fb%23;,@!$&'()*+=%22%E2%80%AE")
        #expect(try operation("POST", try #require(strange.request().head.path)) == strange)
        #expect(
            strange.request().head.path?.hasSuffix(
                "/%20a%3Fb%23%3B%2C%40%21%24%26%27%28%29%2A%2B%3D%22%E2%80%AE"
            ) == true
        )
    }

    @Test(arguments: ["", "*", "http://x/identitypools", "identitypools", "x:443"])
    func aTargetThatIsNoPathIsRefused(target: String) {
        #expect(refusal("GET", target)?.status == 400)
    }
}

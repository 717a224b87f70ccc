import Foundation
import Gateway
import Testing

@Suite struct ConfigurationChecksTests {
    @Test(arguments: [
        (
            "listen: { tls: { certificate_file: /etc/hostname } }",
            "f.yaml:1:36: listen.tls.key_file is missing: certificate and key come together"
        ),
        (
            "listen: { tls: { key_file: /etc/hostname } }",
            "f.yaml:1:28: listen.tls.certificate_file is missing: certificate and key come together"
        ),
        (
            "listen: { tls: { client_ca_file: /etc/hostname } }",
            "f.yaml:1:34: client certificates need TLS: give listen.tls.certificate_file too"
        ),
        (
            "throttle: { caller: { key: certificate } }",
            "f.yaml:1:28: callers have no certificates unless listen.tls.client_ca_file is given"
        ),
        ("admin: { address: \"127.0.0.1:8080\" }", "f.yaml:1:19: listen and admin have the same address"),
        ("listen: { address: \"127.0.0.1:9901\" }", "f.yaml:1:20: listen and admin have the same address"),
        (
            "upstream: { region: eu-west-9 }",
            "f.yaml:1:21: Cognito Sync is not offered in eu-west-9; did you mean eu-west-1?"
        ),
        (
            "upstream: { region: cn-north-1 }",
            "f.yaml:1:21: Cognito Sync is not offered in cn-north-1; give upstream.endpoint to use it all the same"
        ),
        ("upstream: { timeouts: { connect: 11s } }", "f.yaml:1:34: is more than upstream.timeouts.total"),
        ("upstream: { timeouts: { total: 2s } }", "f.yaml:1:32: is less than upstream.timeouts.first_byte"),
        ("limits: { field: 64KiB }", "f.yaml:1:18: is more than limits.header"),
        (
            "credentials: { assume_role: { arn: \"arn:aws:iam::1:role/x\" } }",
            "f.yaml:1:36: not supported yet"
        ),
        ("credentials: { sources: [environment, container] }", "f.yaml:1:25: container is not supported yet"),
        (
            "admin: { token_file: /nowhere/token }",
            "f.yaml:1:22: the file '/nowhere/token' cannot be read: no such file"
        ),
        ("upstream: { ca_file: /etc }", "f.yaml:1:22: the file '/etc' cannot be read: it is a directory"),
    ])
    func valuesThatDoNotFitTogetherAreFaults(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test(arguments: [
        "https://example.com", "http://127.0.0.1:8000", "https://[::1]:8443", "https://example.com/",
        "HTTPS://Example.com",
    ])
    func anEndpointIsASchemeAndAnAuthority(url: String) throws {
        #expect(try load("upstream: { endpoint: \"\(url)\" }").get().configuration.upstream.endpoint != nil)
    }

    @Test(arguments: [
        "example.com", "ftp://example.com", "https://", "https://example.com/path", "https://example.com?x=1",
        "https://user:pass@example.com", "https://example.com:0", "https://example.com:65536",
        "https://exa mple.com",
        "https://example.com#x", "https://exa\\u0000mple.com", "https://[::1", "https:///",
    ])
    func nothingElseIsAnEndpoint(url: String) {
        #expect(problems("upstream: { endpoint: \"\(url)\" }").count == 1)
    }

    @Test func anEndpointOpensAnyRegion() throws {
        let text = "upstream: { region: xx-test-1, endpoint: https://example.com }"
        #expect(try load(text).get().configuration.upstream.region == "xx-test-1")
    }

    @Test func anOpenListenerIsDoubtful() throws {
        let loaded = try load("listen: { address: 0.0.0.0:8080 }\nadmin: { address: \"[::]:9901\" }").get()
        #expect(
            loaded.warnings.map(\.description).map { $0.prefix(13) } == ["f.yaml:1:20: ", "f.yaml:2:19: "]
        )
    }

    @Test(arguments: [
        "127.0.0.1:1", "127.9.9.9:1", "localhost:1", "LOCALHOST:1", "\"[::1]:1\"", "unix:/run/x",
    ])
    func aListenerOnLoopbackIsNot(address: String) throws {
        #expect(try load("listen: { address: \(address) }").get().warnings.isEmpty)
    }

    @Test func aPlainEndpointElsewhereIsDoubtful() throws {
        #expect(try load("upstream: { endpoint: http://example.com }").get().warnings.count == 1)
        #expect(try load("upstream: { endpoint: http://localhost:1 }").get().warnings.isEmpty)
    }

    @Test func aListOfSupportedSourcesIsFine() throws {
        let loaded = try load("credentials: { sources: [profile] }").get()
        #expect(loaded.configuration.credentials.sources == [.profile])
    }

    @Test func whatFollowsFromAWrongValueIsNotToldToo() {
        #expect(problems("listen: { tls: { certificate_file: [a], key_file: /etc/hostname } }").count == 1)
        #expect(problems("upstream: { endpoint: nonsense, region: xx-1 }").count == 1)
    }

    @Test func checksComeWithAllOtherFaults() {
        let found = problems(
            "log: { level: loud }\nupstream: { region: xx-1 }\nadmin: { token_file: /nowhere }"
        )
        #expect(found.count == 3)
    }
}

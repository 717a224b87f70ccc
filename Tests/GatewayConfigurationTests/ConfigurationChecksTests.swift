import CredentialSources
import Foundation
import Serving
import Testing

@testable import GatewayConfiguration

@Suite struct ConfigurationChecksTests {
    @Test(arguments: [
        (
            "listen: { tls: { certificate_file: /etc/hostname } }",
            "f.yaml:1:36: listen.tls.certificate_file: '/etc/hostname' has no key; give listen.tls.key_file too"
        ),
        (
            "listen: { tls: { key_file: /etc/hostname } }",
            "f.yaml:1:28: listen.tls.key_file: '/etc/hostname' has no certificate; give listen.tls.certificate_file too"
        ),
        (
            "listen: { tls: { client_ca_file: /etc/hostname } }",
            "f.yaml:1:34: listen.tls.client_ca_file: '/etc/hostname' has no effect without TLS; "
                + "give listen.tls.certificate_file too"
        ),
        (
            "throttle: { caller: { key: certificate } }",
            "f.yaml:1:28: throttle.caller.key: 'caller' needs callers that are known; give listen.tls.client_ca_file, "
                + "callers.by.jwt, callers.by.api_key.file or callers.by.unix"
        ),
        (
            "admin: { address: \"127.0.0.1:8080\" }",
            "f.yaml:1:19: admin.address: '127.0.0.1:8080' is listen.address too; choose another"
        ),
        (
            "listen: { address: \"127.0.0.1:9901\" }",
            "f.yaml:1:20: listen.address: '127.0.0.1:9901' is admin.address too; choose another"
        ),
        (
            "upstream: { region: eu-west-9 }",
            "f.yaml:1:21: upstream.region: 'eu-west-9' has no Cognito Sync; did you mean eu-west-1?"
        ),
        (
            "upstream: { region: cn-north-1 }",
            "f.yaml:1:21: upstream.region: 'cn-north-1' has no Cognito Sync; "
                + "give upstream.endpoint to use it all the same"
        ),
        (
            "upstream: { timeouts: { connect: 11s } }",
            "f.yaml:1:34: upstream.timeouts.connect: '11s' is more than upstream.timeouts.total, 10s; lower it"
        ),
        (
            "upstream: { timeouts: { total: 2s } }",
            "f.yaml:1:32: upstream.timeouts.total: '2s' is less than upstream.timeouts.first_byte, 5s; raise it"
        ),
        (
            "limits: { field: 64KiB }",
            "f.yaml:1:18: limits.field: '64KiB' is more than limits.header, 32KiB; lower it"
        ),
        (
            "credentials: { assume_role: { arn: role/x } }",
            "f.yaml:1:36: credentials.assume_role.arn: 'role/x' is not the ARN of a role; "
                + "write arn:aws:iam::ACCOUNT:role/NAME, or nothing"
        ),
        (
            "credentials: { assume_role: { external_id: abc } }",
            "f.yaml:1:44: credentials.assume_role.external_id: 'abc' has no role; give credentials.assume_role.arn too"
        ),
        (
            "credentials: { sts: { endpoint: \"http://sts.example\" } }",
            "f.yaml:1:33: credentials.sts.endpoint: 'http://sts.example' gets tokens in the clear; write https://"
        ),
        (
            "listen: { address: unix:/run/x, group: no-such-group }",
            "f.yaml:1:40: listen.group: 'no-such-group' is no group of this system; name another, or write its number"
        ),
        (
            "listen: { address: \"*:8080\" }",
            "f.yaml:1:20: listen.address: '*:8080' has no host; did you mean 0.0.0.0:8080? write host:port, [ipv6]:port or "
                + "unix:/path; for every address 0.0.0.0:port or [::]:port"
        ),
        (
            "admin: { address: \":9901\" }",
            "f.yaml:1:19: admin.address: ':9901' has no host; did you mean 0.0.0.0:9901? write host:port, [ipv6]:port or "
                + "unix:/path; for every address 0.0.0.0:port or [::]:port"
        ),
        (
            "admin: { token_file: /nowhere/token }",
            "f.yaml:1:22: admin.token_file: '/nowhere/token' cannot be read: no such file; correct the path"
        ),
        (
            "upstream: { ca_file: /etc }",
            "f.yaml:1:22: upstream.ca_file: '/etc' cannot be read: it is a directory; name a file"
        ),
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
        "https://example.com#x", "https://exa\\u0000mple.com", "https://[::1", "https:///", "http://a<b",
        "http://[:]", "http://..", "http://256.256.256.256",
        "http://a@b@c", "http://127.1",
    ])
    func nothingElseIsAnEndpoint(url: String) {
        #expect(problems("upstream: { endpoint: \"\(url)\" }").count == 1)
    }

    @Test(arguments: ["http://h/p@x", "http://u:p@a<b:3128", "http://u@p@h:1", "http://u:p\\q@h:1"])
    func aProxyIsReadByTheSameRules(url: String) {
        #expect(problems("upstream: { proxy: \"${P}\" }", environment: ["P": url]).count == 1)
    }

    @Test func anEndpointOpensAnyRegion() throws {
        let text = "upstream: { region: xx-test-1, endpoint: https://example.com }"
        #expect(try load(text).get().configuration.upstream.region == "xx-test-1")
    }

    @Test func anOpenListenerIsDoubtful() throws {
        let loaded = try load("listen: { address: 0.0.0.0:8080 }\nadmin: { address: \"[::]:9901\" }").get()
        #expect(
            loaded.warnings.map(\.description) == [
                "f.yaml:1:20: listen.address: '0.0.0.0:8080' is open to the network, and all who reach it use the "
                    + "AWS credentials of this gateway; give listen.tls.client_ca_file, or callers.list, to admit known callers only",
                "f.yaml:2:19: admin.address: '[::]:9901' is open to the network, and purge, reload and drain are refused; "
                    + "give admin.token_file",
            ]
        )
    }

    @Test(arguments: ["yes", "true"])
    func anAdminListenerThatIsOpenOnPurposeIsDoubtful(open: String) throws {
        let loaded = try load("admin: { address: \"[::]:9901\", open: \(open) }").get()
        #expect(loaded.configuration.admin.open)
        #expect(
            loaded.warnings.map(\.description) == [
                "f.yaml:1:19: admin.address: '[::]:9901' is open to the network, and all who reach it may purge, "
                    + "reload and drain; give admin.token_file"
            ]
        )
    }

    @Test(arguments: [
        (0o600, nil), (0o400, nil), (0o640, "0640"), (0o604, "0604"), (0o644, "0644"), (0o620, nil),
    ])
    func aSecretThatOthersCanReadIsDoubtful(mode: Int, shown: String?) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "s-\(UUID().uuidString.prefix(8))")
            .path
        let link = file + "-link"
        defer { for path in [file, link] { try? FileManager.default.removeItem(atPath: path) } }
        let secret = Data("0123456789abcdef0123456789abcdef".utf8)
        #expect(
            FileManager.default.createFile(
                atPath: file,
                contents: secret,
                attributes: [.posixPermissions: mode]
            )
        )
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let keys = ["admin.token_file", "admin.streams_token_file", "cache.token_key_file", "log.salt_file"]
        for path in [file, link] {
            for key in keys {
                let parts = key.split(separator: ".")
                let loaded = try load("\(parts[0]): { \(parts[1]): \"\(path)\" }").get()
                let advice = "take their rights away, by chmod go="
                let expected = shown.map {
                    "\(key): '\(path)' can be read by others, with mode \($0); \(advice)"
                }
                #expect(loaded.warnings.map(\.message) == [expected].compactMap(\.self))
            }
        }
    }

    @Test(arguments: [
        "127.0.0.1:1", "127.9.9.9:1", "localhost:1", "LOCALHOST:1", "\"[::1]:1\"", "unix:/run/x",
    ])
    func aListenerOnLoopbackIsNotDoubtful(address: String) throws {
        #expect(try load("listen: { address: \(address) }").get().warnings.isEmpty)
    }

    @Test func theModeAndTheGroupOfASocketAreRead() throws {
        let listen = try load("listen: { address: unix:/run/x, mode: 0660, group: 0 }").get().configuration
            .listen
        #expect(listen.mode == SocketMode(parsing: "0660"))
        #expect(listen.group == "0")
        #expect(problems("listen: { mode: 0888 }").count == 1)
        #expect(problems("listen: { mode: [0660] }").count == 1)
    }

    @Test func theModeOfATCPAddressIsDoubtful() throws {
        let loaded = try load("listen: { mode: 0660, group: root }").get()
        #expect(
            loaded.warnings.map(\.description) == [
                "f.yaml:1:17: listen.mode: '0660' has no effect on '127.0.0.1:8080', which is not a Unix socket",
                "f.yaml:1:30: listen.group: 'root' has no effect on '127.0.0.1:8080', which is not a Unix socket",
            ]
        )
    }

    @Test(arguments: [
        ("cache.memory", "24GiB", "24GiB", ""),
        (
            "cache.memory", "900GiB", "25165825KiB",
            "'900GiB' is more than the memory of this machine or container, 24GiB; lower it"
        ),
        (
            "limits.bytes", "2GiB", "1GiB",
            "'2GiB' is more than the memory of this machine or container, 1GiB; lower it"
        ),
        ("cache.memory", "0", "1GiB", ""),
        (
            "cache.memory", "512KiB", "1GiB",
            "'512KiB' has room for a page or two; write 0 to cache nothing, or 1MiB or more"
        ),
    ])
    func aSizeThatDoesNotFitTheMachineIsDoubtful(
        key: String,
        size: String,
        memory: String,
        message: String
    )
        throws
    {
        let size = try #require(ByteSize.parse(size))
        var configuration = Configuration()
        if key == "cache.memory" {
            configuration.cache.memory = size
        } else {
            configuration.limits.bytes = size
        }
        let memory = try #require(ByteSize.parse(memory))
        let doubts = ConfigurationChecks(configuration, memory: memory, isGiven: { _ in true }).doubts
        #expect(doubts.map(\.key) == (message.isEmpty ? [] : [key]))
        #expect(doubts.map(\.message) == (message.isEmpty ? [] : [message]))
    }

    @Test(arguments: [
        "listen: { address: 127.0.0.1:0 }\nadmin: { address: 127.0.0.2:0 }",
        "drain: { delay: 60s, timeout: 30s }",
        "throttle: { caller: { rate: 200/s, burst: 20 } }", "throttle: { caller: { rate: 1/h, burst: 1 } }",
        "cache: { memory: 1MiB }", "allow: { identity_pools: [us-east-1:0a, custom:0b] }",
    ])
    func aPossibleConfigurationIsNotDoubtful(text: String) throws {
        #expect(try load(text).get().warnings.isEmpty)
    }

    @Test func aPlainEndpointElsewhereIsDoubtful() throws {
        #expect(try load("upstream: { endpoint: http://example.com }").get().warnings.count == 1)
        #expect(try load("upstream: { endpoint: http://localhost:1 }").get().warnings.isEmpty)
    }

    @Test func aListOfSupportedSourcesIsFine() throws {
        let loaded = try load("credentials: { sources: [profile] }").get()
        #expect(loaded.configuration.credentials.sources == [.profile])
    }

    @Test func theConsequencesOfAWrongValueAreNotReported() {
        #expect(problems("listen: { tls: { certificate_file: [a], key_file: /etc/hostname } }").count == 1)
        #expect(problems("upstream: { endpoint: nonsense, region: xx-1 }").count == 1)
    }

    @Test func checksAreReportedWithAllOtherFaults() {
        let found = problems(
            "log: { level: loud }\nupstream: { region: xx-1 }\nadmin: { token_file: /nowhere }"
        )
        #expect(found.count == 3)
    }
}

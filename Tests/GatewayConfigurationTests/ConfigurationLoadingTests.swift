import CognitoSync
import GatewayConfiguration
import Serving
import Testing

@Suite struct ConfigurationLoadingTests {
    @Test(arguments: ["", "# nothing\n", "---\n", "upstream:\nlisten: ~\n", "{}"])
    func anEmptyTextIsTheDefault(text: String) throws {
        #expect(try load(text).get().configuration == Configuration())
    }

    @Test func everySectionWithItsDefaultsIsTheDefault() throws {
        let text = """
            workers:     auto                     # event loops
            listen:      { address: 127.0.0.1:8080, tls: { certificate_file: , key_file: , client_ca_file: } }
            admin:       { address: 127.0.0.1:9901, token_file: }
            upstream:    { region: , endpoint: , connections: 64, idle: 40s, max_age: 5m,
                           timeouts: { connect: 1s, first_byte: 5s, total: 10s } }
            credentials: { sources: [environment, web_identity, profile, container, instance], assume_role: { arn: } }
            callers:     { signatures: refuse }
            allow:       { operations: all, identity_pools: all }
            cache:       { memory: 256MiB, fresh: 5s, stale_if_error: 0s, absent: 2s }
            limits:      { header: 32KiB, fields: 100, target: 8KiB, body: 4MiB, connections: 4096 }
            throttle:
              caller:    { key: address, rate: 200/s, burst: 400 }
              identity:  { key: identity, rate: 20/s, burst: 40 }
              upstream:  { rate: 2000/s, burst: 4000 }
            log:         { level: info, format: json, access: true }
            drain:       { delay: 0s, timeout: 25s }
            """
        let loaded = try load(text).get()
        #expect(loaded.configuration == Configuration())
        #expect(loaded.warnings.isEmpty)
    }

    @Test func valuesOfEveryKindAreRead() throws {
        let text = """
            workers: 3
            listen: { address: "unix:/run/syncgate.sock" }
            admin: { address: "[::1]:0" }
            upstream:
              region: eu-west-1
              endpoint: http://127.0.0.1:4566/
              max_age: 1h
              timeouts: { first_byte: 250ms }
            allow:
              operations: [ListRecords, UpdateRecords]
              identity_pools:
                - us-east-1:0ab1
            cache: { memory: 0, fresh: 0 }
            throttle: { caller: { key: none, rate: 1000000000/s, burst: 1 } }
            log: { access: false, level: debug }
            """
        let configuration = try load(text).get().configuration
        #expect(configuration.workers == 3)
        #expect(configuration.listen.address == .unix(path: "/run/syncgate.sock"))
        #expect(configuration.admin.address == .tcp(host: "::1", port: 0))
        #expect(configuration.upstream.origin == "http://127.0.0.1:4566")
        #expect(configuration.upstream.maxAge == .seconds(3600))
        #expect(configuration.upstream.timeouts.firstByte == .milliseconds(250))
        #expect(configuration.allow.operations.permits(.listRecords))
        #expect(!configuration.allow.operations.permits(.deleteDataset))
        #expect(
            configuration.allow.identityPools
                == .only(Set([IdentityPoolID("us-east-1:0ab1")].compactMap { $0 }))
        )
        #expect(configuration.cache.memory == 0)
        #expect(configuration.cache.fresh == .zero)
        #expect(configuration.throttle.caller.rate == 1_000_000_000)
        #expect(!configuration.log.access)
    }

    @Test func allFaultsAreReportedAtOnceFromTopToBottom() {
        let text = """
            workers: many
            upstream:
              conections: 8
              connections: 0
              idle: 40
              timeouts: 5s
            cache:
              memory: 1PiB
              memory: 64MiB
            nonsense: { a: [b] }
            log: { access: maybe, level: loud }
            throttle: { caller: { rate: 5/d } }
            allow: { operations: [ListRecords, ListRecord] }
            """
        #expect(
            problems(text) == [
                "f.yaml:1:10: workers: 'many' is not a whole number from 1 to 1024; write digits alone, or auto",
                "f.yaml:3:3: 'upstream.conections' is not a key; did you mean connections?",
                "f.yaml:4:16: upstream.connections: '0' is less than 1; write a whole number from 1 to 4096",
                "f.yaml:5:9: upstream.idle: '40' has no unit; did you mean 40s? write a duration from 1s to 1h, such as 5s",
                "f.yaml:6:13: upstream.timeouts: '5s' is not a section; write keys and values under it",
                "f.yaml:8:3: 'memory' is given again in line 9; keep one",
                "f.yaml:8:11: cache.memory: '1PiB' has an unknown unit; "
                    + "write a size from 0 to 1TiB, such as 64MiB",
                "f.yaml:10:1: 'nonsense' is not a key; write one of workers, listen, admin, upstream, credentials, "
                    + "callers, allow, cache, limits, timeouts, throttle, log, drain",
                "f.yaml:11:16: log.access: 'maybe' is not a Boolean; write true or false",
                "f.yaml:11:30: log.level: 'loud' is not one of its values; "
                    + "write trace, debug, info, notice, warning, error or critical",
                "f.yaml:12:29: throttle.caller.rate: '5/d' has an unknown unit; "
                    + "write a rate from 1/h to 1000000000/s, such as 200/s or 6/m",
                "f.yaml:13:36: allow.operations: 'ListRecord' is not an operation; did you mean ListRecords? "
                    + "write all, or a list such as [ListRecords, UpdateRecords]",
            ]
        )
    }

    @Test func bothOfTwoEqualSectionsAreRead() {
        let text = """
            cache:
              memroy: 1MiB
            log: { level: loud }
            cache:
              fresh: soon
            """
        #expect(
            problems(text) == [
                "f.yaml:1:1: 'cache' is given again in line 4; keep one",
                "f.yaml:2:3: 'cache.memroy' is not a key; did you mean memory?",
                "f.yaml:3:15: log.level: 'loud' is not one of its values; "
                    + "write trace, debug, info, notice, warning, error or critical",
                "f.yaml:5:10: cache.fresh: 'soon' is not a duration from 0s to 1h; "
                    + "write a number with a unit, such as 5s",
            ]
        )
    }

    @Test func aKeyThatIsGivenThreeTimesIsReportedTwice() {
        let text = "log:\n  level: info\n  level: info\n  level: info\n"
        #expect(problems(text).map { $0.prefix(11) } == ["f.yaml:2:3:", "f.yaml:3:3:"])
    }

    @Test(arguments: [
        (
            "listen: 127.0.0.1:80",
            "f.yaml:1:9: listen: '127.0.0.1:80' is not a section; write keys and values under it"
        ),
        ("- a", "f.yaml:1:1: the file has no keys; write keys and values, such as listen:"),
        ("just text", "f.yaml:1:1: the file has no keys; write keys and values, such as listen:"),
        (
            "log: { access: [true] }",
            "f.yaml:1:16: log.access: ['true'] is not a Boolean; write true or false"
        ),
        ("log: { access: }", "f.yaml:1:16: log.access: an empty value is not a Boolean; write true or false"),
        (
            "log: { access: [[a]] }",
            "f.yaml:1:16: log.access: a nested list is not a Boolean; write true or false"
        ),
        (
            "drain: { delay: { a: b } }",
            "f.yaml:1:17: drain.delay: a section is not a duration from 0s to 1h; "
                + "write a number with a unit, such as 5s"
        ),
        (
            "upstream: { endpoint: \"http://a<b/c\" }",
            "f.yaml:1:23: upstream.endpoint: 'http://a<b/c' is not a URL of a host alone; "
                + "write https://host or http://host:port, or nothing"
        ),
        (
            "upstream: { endpoint: \"http://user:MARKER@host\" }",
            "f.yaml:1:23: upstream.endpoint: 'http://<redacted>@host' has a user, and requests to AWS have a signature; "
                + "write https://host or http://host:port, or nothing"
        ),
        (
            "log:\n\tlevel: info",
            "f.yaml:2:1: not valid YAML: a tab stands here; indent with blanks"
        ),
        ("a: b\n---\nc: d", "f.yaml:2:1: not valid YAML: another document begins here; keep one"),
        ("[a, b]: c", "f.yaml:1:1: a key is not a word; write a name"),
        ("upstream.region: x", "f.yaml:1:1: 'upstream.region' is not a key; write upstream: { region: … }"),
        (
            "credentials: { secret_access_key: MARKER }",
            "f.yaml:1:16: 'credentials.secret_access_key' is not a key, and the file must not hold secrets; remove it"
        ),
    ])
    func aFaultHasItsPlaceAndItsReason(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test(arguments: Configuration.keys.map(\.key))
    func everyKeyRefusesValuesOfAnotherType(name: String) throws {
        let path = try #require(Configuration.keys.first { $0.key == name }).name.path
        for value in ["[[a]]", "{ a: b }", "\"\\u0000\""] {
            var text = ""
            for (depth, part) in path.enumerated() {
                text +=
                    String(repeating: "  ", count: depth) + part + ":"
                    + (depth == path.count - 1 ? " \(value)\n" : "\n")
            }
            #expect(problems(text).count == 1, "\(name): \(value)")
        }
    }

    @Test func aMissingFileIsOneProblem() {
        #expect(throws: ConfigurationProblems.self) { try Configuration.load(file: "/nowhere/syncgate.yaml") }
        do {
            _ = try Configuration.load(file: "/nowhere/syncgate.yaml")
        } catch {
            #expect(
                error.description == "/nowhere/syncgate.yaml: cannot be read: no such file; correct the path"
            )
        }
    }
}

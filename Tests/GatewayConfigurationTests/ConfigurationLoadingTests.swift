import CognitoSync
import Gateway
import Serving
import Testing

@Suite struct ConfigurationLoadingTests {
    @Test(arguments: ["", "# nothing\n", "---\n", "upstream:\nlisten: ~\n", "{}"])
    func whatSaysNothingIsTheDefault(text: String) throws {
        #expect(try load(text).get().configuration == Configuration())
    }

    @Test func theExampleOfTheContractIsTheDefault() throws {
        let text = """
            workers:     auto                     # event loops
            listen:      { address: 127.0.0.1:8080, tls: { certificate_file: , key_file: , client_ca_file: } }
            admin:       { address: 127.0.0.1:9901, token_file: }
            upstream:    { region: us-east-1, endpoint: , connections: 64, idle: 40s, max_age: 5m,
                           timeouts: { connect: 1s, first_byte: 5s, total: 10s } }
            credentials: { sources: [environment, web_identity, profile, container, instance], assume_role: { arn: } }
            callers:     { signatures: refuse }
            allow:       { operations: all, identity_pools: all }
            cache:       { memory: 256MiB, fresh: 5s, stale_if_error: 0s, absent: 2s }
            limits:      { header: 32KiB, fields: 100, target: 8KiB, body: 4MiB, connections: 4096 }
            throttle:
              caller:    { key: address, rate: 200/s, burst: 400 }
              identity:  { key: identity, rate: 20/s, burst: 40 }
              upstream:  { key: none, rate: 2000/s, burst: 4000 }
            log:         { level: info, format: json, access: true }
            drain:       { delay: 0s, timeout: 30s }
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

    @Test func everythingThatIsWrongIsToldAtOnceFromTopToBottom() {
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
            throttle: { caller: { rate: 5/m } }
            allow: { operations: [ListRecords, ListRecord] }
            """
        #expect(
            problems(text) == [
                "f.yaml:1:10: workers: expected auto, or a whole number from 1 to 1024, found 'many'",
                "f.yaml:3:3: no such key: 'upstream.conections'; did you mean connections?",
                "f.yaml:4:16: upstream.connections: expected a whole number from 1 to 4096, found '0'",
                "f.yaml:5:9: upstream.idle: expected a duration such as 5s, from 1s to 1h, found '40'",
                "f.yaml:6:13: upstream.timeouts is a section: expected keys and values under it",
                "f.yaml:8:3: 'memory' stands here more than once",
                "f.yaml:8:11: cache.memory: expected a size such as 64MiB, from 0 to 1TiB, found '1PiB'",
                "f.yaml:10:1: no such key: 'nonsense'",
                "f.yaml:11:16: log.access: expected true or false, found 'maybe'",
                "f.yaml:11:30: log.level: expected trace, debug, info, notice, warning, error or critical, found 'loud'",
                "f.yaml:12:29: throttle.caller.rate: expected a rate such as 200/s, from 1/s to 1000000000/s, found '5/m'",
                "f.yaml:13:22: allow.operations: expected all, or a list of operations such as ListRecords, "
                    + "found ['ListRecords', 'ListRecord']",
            ]
        )
    }

    @Test func doubledSectionsAreBothLookedInto() {
        let text = """
            cache:
              memroy: 1MiB
            log: { level: loud }
            cache:
              fresh: soon
            """
        #expect(
            problems(text) == [
                "f.yaml:1:1: 'cache' stands here more than once",
                "f.yaml:2:3: no such key: 'cache.memroy'; did you mean memory?",
                "f.yaml:3:15: log.level: expected trace, debug, info, notice, warning, error or critical, found 'loud'",
                "f.yaml:5:10: cache.fresh: expected a duration such as 5s, from 0s to 1h, found 'soon'",
            ]
        )
    }

    @Test func aKeyThatStandsThreeTimesIsToldTwice() {
        let text = "log:\n  level: info\n  level: info\n  level: info\n"
        #expect(problems(text).map { $0.prefix(11) } == ["f.yaml:2:3:", "f.yaml:3:3:"])
    }

    @Test(arguments: [
        ("listen: 127.0.0.1:80", "f.yaml:1:9: listen is a section: expected keys and values under it"),
        ("- a", "f.yaml:1:1: expected keys and values, such as `listen:`"),
        ("just text", "f.yaml:1:1: expected keys and values, such as `listen:`"),
        (
            "log: { level: [info] }",
            "f.yaml:1:15: log.level: expected trace, debug, info, notice, warning, error or critical, found ['info']"
        ),
        (
            "log: { level: }",
            "f.yaml:1:15: log.level: expected trace, debug, info, notice, warning, error or critical, found nothing"
        ),
        (
            "drain: { delay: { a: b } }",
            "f.yaml:1:17: drain.delay: expected a duration such as 5s, from 0s to 1h, found keys and values"
        ),
        ("log:\n\tlevel: info", "f.yaml:2:1: not valid YAML: found character that cannot start any token"),
        ("a: b\n---\nc: d", "f.yaml:2:1: not valid YAML: but found another document"),
        ("[a, b]: c", "f.yaml:1:1: a key must be a word"),
        ("upstream.region: x", "f.yaml:1:1: no such key: 'upstream.region'"),
        (
            "credentials: { secret_access_key: MARKER }",
            "f.yaml:1:16: no such key: 'credentials.secret_access_key'; secrets do not belong in this file"
        ),
    ])
    func aFaultHasItsPlaceAndItsReason(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test(arguments: Configuration.keys.map(\.key))
    func everySettingRefusesWhatIsNotOfItsType(key: String) throws {
        let setting = try #require(Configuration.keys.first { $0.key == key })
        for value in ["[[a]]", "{ a: b }", "\"\\u0000\""] {
            var text = ""
            for (depth, part) in setting.path.enumerated() {
                text +=
                    String(repeating: "  ", count: depth) + part + ":"
                    + (depth == setting.path.count - 1 ? " \(value)\n" : "\n")
            }
            #expect(problems(text).count == 1, "\(key): \(value)")
        }
    }

    @Test func aMissingFileIsOneProblem() {
        #expect(throws: ConfigurationProblems.self) { try Configuration.load(file: "/nowhere/syncgate.yaml") }
        do {
            _ = try Configuration.load(file: "/nowhere/syncgate.yaml")
        } catch {
            #expect(error.description == "/nowhere/syncgate.yaml: cannot be read: no such file")
        }
    }
}

import CredentialSources
import GatewayConfiguration
import Testing

@Suite struct ConfigurationSourcesTests {
    @Test func variablesOverrideTheFileAndOptionsOverrideBoth() throws {
        let text = "upstream: { region: eu-west-1, connections: 1, queue: 1 }"
        let environment = ["SYNCGATE_UPSTREAM__CONNECTIONS": "2", "SYNCGATE_UPSTREAM__QUEUE": "2"]
        let flag = ConfigurationOverride(key: "upstream.queue", value: "3", flag: "--queue")
        let upstream = try load(text, environment: environment, overrides: [flag]).get().configuration
            .upstream
        #expect(upstream.region == "eu-west-1")
        #expect(upstream.connections == 2)
        #expect(upstream.queue == 3)
    }

    @Test func everyKeyHasAVariable() throws {
        for key in Configuration.keys {
            let found = problems("", environment: [key.name.variable: "\u{0}"])
            #expect(
                found.count == 1 && found[0].hasPrefix("environment variable \(key.name.variable): "),
                "\(key.name)"
            )
        }
    }

    @Test func aListInAVariableHasCommas() throws {
        let environment = ["SYNCGATE_CREDENTIALS__SOURCES": "profile, environment"]
        #expect(
            try load("", environment: environment).get().configuration.credentials.sources == [
                .profile, .environment,
            ]
        )
    }

    @Test func anUnknownVariableIsNamedAndItsValueIsNot() {
        let found = problems(
            "",
            environment: ["SYNCGATE_UPSTREAM__REGOIN": "MARKER", "SYNCGATE_X__Y": "MARKER", "PATH": "/"]
        )
        #expect(
            found == [
                "environment variable SYNCGATE_UPSTREAM__REGOIN: names no key; did you mean SYNCGATE_UPSTREAM__REGION?",
                "environment variable SYNCGATE_X__Y: names no key; unset it",
            ]
        )
    }

    @Test func aWrongVariableIsNamedAndItsValueIsNot() {
        #expect(
            problems("", environment: ["SYNCGATE_WORKERS": "MARKER"]) == [
                "environment variable SYNCGATE_WORKERS: workers: "
                    + "the value is not a whole number from 1 to 1024; write digits alone, or auto"
            ]
        )
    }

    @Test(arguments: ["SYNCGATE_VERSION", "SYNCGATE_IMAGE", "SYNCGATE_CONFIG", "SYNCGATE_", "SYNCGATE_X"])
    func anUnknownVariableWithoutSectionsIsDoubtful(variable: String) throws {
        let loaded = try load("", environment: [variable: "MARKER"]).get()
        #expect(loaded.configuration == Configuration())
        #expect(
            loaded.warnings.map(\.description) == [
                "environment variable \(variable): names no key and has no effect; unset it"
            ]
        )
    }

    @Test func aMisspelledVariableWithoutSectionsIsDoubtful() throws {
        let loaded = try load("", environment: ["SYNCGATE_WORKRES": "2"]).get()
        #expect(
            loaded.warnings.map(\.description) == [
                "environment variable SYNCGATE_WORKRES: names no key and has no effect; did you mean SYNCGATE_WORKERS?"
            ]
        )
    }

    @Test(arguments: [
        "SYNCGATE", "SYNCGATE_ADMIN", "SYNCGATE_METRICS", "SYNCGATE_CANARY", "SYNCGATE_A_B_9",
        "SYNCGATE_UPSTREAM",
        "SYNCGATE__X",
    ])
    func theServiceLinksOfAClusterArePassedOver(service: String) throws {
        let endings = [
            "SERVICE_HOST": "10.0.0.1", "SERVICE_PORT": "80", "SERVICE_PORT_HTTP": "80",
            "SERVICE_PORT_GRPC_WEB": "80", "PORT": "tcp://10.0.0.1:80", "PORT_80_TCP": "tcp://10.0.0.1:80",
            "PORT_80_TCP_ADDR": "10.0.0.1", "PORT_80_TCP_PORT": "80", "PORT_80_TCP_PROTO": "tcp",
            "PORT_53_UDP": "udp://10.0.0.1:53", "PORT_53_UDP_ADDR": "10.0.0.1",
            "PORT_65535_SCTP_PROTO": "sctp",
        ]
        let environment = Dictionary(endings.map { ("\(service)_\($0)", $1) }) { first, _ in first }
        let loaded = try load("", environment: environment).get()
        #expect(loaded.configuration == Configuration())
        #expect(loaded.warnings.isEmpty)
    }

    @Test(arguments: [
        "SYNCGATE_LISTEN__PORT", "SYNCGATE_ADMIN__ADRESS", "SYNCGATE_X__SERVICE", "SYNCGATE_X__PORT_80",
        "SYNCGATE_X__PORT_TCP", "SYNCGATE_X__80_TCP_ADDR", "SYNCGATE_X__PORT_80_TCP_NAME",
    ])
    func aNameThatIsNoServiceLinkIsAFault(variable: String) {
        #expect(problems("", environment: [variable: "8080"]).count == 1)
    }

    @Test func aKeyWithoutSectionsIsReadBesideTheServiceLinks() throws {
        let environment = ["SYNCGATE_WORKERS": "3", "SYNCGATE_WORKERS_SERVICE_HOST": "10.0.0.1"]
        #expect(try load("", environment: environment).get().configuration.workers == 3)
    }

    @Test(arguments: [
        ("${REGION}", "eu-west-1"), ("${REGION:-us-east-2}", "eu-west-1"),
        ("${NONE:-us-east-2}", "us-east-2"),
        ("${EMPTY:-us-east-2}", "us-east-2"), ("eu-${SIDE}-${NUMBER}", "eu-west-1"),
        ("\"${REGION}\"", "eu-west-1"),
    ])
    func variablesArePutIntoValues(value: String, region: String) throws {
        let environment = ["REGION": "eu-west-1", "SIDE": "west", "NUMBER": "1", "EMPTY": ""]
        let loaded = try load("upstream:\n  region: \(value)", environment: environment).get()
        #expect(loaded.configuration.upstream.region == region)
    }

    @Test func anEmptyVariableLeavesAnOptionalKeyOut() throws {
        #expect(try load("log: { salt_file: \"${NONE:-}\" }").get().configuration.log.saltFile == nil)
    }

    @Test func aDollarSignIsDoubled() throws {
        let loaded = try load("credentials: { profile: \"a$${b}$c\" }").get()
        #expect(loaded.configuration.credentials.profile == "a${b}$c")
    }

    @Test(arguments: [
        ("${GONE}", "the variable 'GONE' is not set; set it, or write ${GONE:-default}"),
        ("\"${GONE\"", "'${GONE' has a malformed variable"), ("${1A}", "'${1A}' has a malformed variable"),
        ("\"${}\"", "'${}' has a malformed variable"),
        ("\"${A:-${B}}\"", "'${A:-${B}}' has a malformed variable"),
    ])
    func aVariableThatCannotBePutInIsAFault(value: String, message: String) {
        let advice = "; write ${NAME}, ${NAME:-default}, or $$ for a dollar sign"
        let full = "f.yaml:2:11: upstream.region: \(message)" + (message.contains(";") ? "" : advice)
        #expect(problems("upstream:\n  region: \(value)") == [full])
    }

    @Test func aVariableThatTheFileNamesIsNotUnknown() throws {
        let loaded = try load(
            "upstream: { region: \"${SYNCGATE_HOME}\" }",
            environment: ["SYNCGATE_HOME": "eu-west-2"]
        ).get()
        #expect(loaded.configuration.upstream.region == "eu-west-2")
    }

    @Test func theValueOfAVariableIsNotShown() {
        let found = problems("upstream: { region: \"${KEY}\" }", environment: ["KEY": "MARKER/SECRET+"])
        #expect(
            found == [
                "f.yaml:1:21: upstream.region: '${KEY}' is not a region; "
                    + "write lower-case letters, digits and hyphens, such as us-east-1, or nothing"
            ]
        )
    }

    @Test func anUnknownOptionIsNamed() {
        let flag = ConfigurationOverride(key: "log.levle", value: "x", flag: "--log-level")
        #expect(
            problems("", overrides: [flag]) == [
                "option --log-level: 'log.levle' is not a key; did you mean log.level?"
            ]
        )
    }

    @Test func aPasswordMayComeFromAVariableOnly() throws {
        let url = "http://user:MARKER@proxy.example:3128"
        #expect(
            problems("upstream: { proxy: \"\(url)\" }") == [
                "f.yaml:1:20: upstream.proxy: the value holds a secret, which the file must not; write ${VARIABLE}"
            ]
        )
        let flag = ConfigurationOverride(key: "upstream.proxy", value: url, flag: "--proxy")
        #expect(problems("", overrides: [flag]).count == 1)
        #expect(!problems("", overrides: [flag]).joined().contains("MARKER"))
        let loaded = try load("upstream: { proxy: \"${PROXY}\" }", environment: ["PROXY": url]).get()
        #expect(loaded.configuration.upstream.proxy == url)
        #expect(!loaded.configuration.redactedYAML.contains("MARKER"))
        #expect(loaded.configuration.redactedYAML.contains("http://<redacted>@proxy.example:3128"))
        let direct = try load("", environment: ["SYNCGATE_UPSTREAM__PROXY": url]).get()
        #expect(direct.configuration.upstream.proxy == url)
    }
}

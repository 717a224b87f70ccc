import CognitoSync
import Testing

@testable import GatewayConfiguration

/// The list of callers and the issuers of their tokens: lists of mappings in mappings.
@Suite struct NamedCallersTests {
    private static let pool = "eu-central-1:0c1a0000-0000-0000-0000-000000000001"
    /// A file of API keys without any.
    private static let keyFile =
        #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/Wrong/none.keys"

    /// All that a list can hold, in block style; the issuers are in flow style.
    private static let text = """
        callers:
          required: yes
          by:
            unix: yes
            api_key: { header: X-Key, file: \(keyFile) }
            jwt:
              - name: cluster
                issuer: https://oidc.eks.eu-central-1.amazonaws.com/id/ABC
                audiences: [syncgate]
                jwks: { url: "https://keys.example/jwks", refresh: 1h, cooldown: 1m30s }
                algorithms: [RS256, EdDSA]
                caller: sub
                leeway: 1m
                identity_claim: "custom:identity_id"
              - { name: people, issuer: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x", token_use: access,
                  client_ids: [a, b], caller: client_id }
          list:
            - name: profile-service
              is: [jwt:cluster:system:serviceaccount:profile:default, "key:profile", "uid:1000"]
              may:
                - { operations: [ListRecords, DescribeDataset], identity_pools: [\(pool)] }
                - name: own-writes
                  operations: [UpdateRecords, read]
                  identities: own
                  datasets: ["profile", "settings.*"]
              throttle: { rate: 500/s, burst: 1000 }
              in_flight: 64
            - name: ops
              is: key:ops
              may: [{ operations: all }]
        listen: { address: unix:/run/syncgate.sock }
        """

    @Test func aListHasCallersWithGrants() throws {
        let callers = try load(Self.text).get().configuration.callers
        #expect(callers.required)
        #expect(callers.by.apiKey == Configuration.APIKeySource(header: "x-key", file: Self.keyFile))
        let list = try #require(callers.list)
        #expect(list.map(\.name) == ["profile-service", "ops"])
        #expect(
            list[0].candidates == [
                .token(issuer: "cluster", caller: "system:serviceaccount:profile:default"), .key("profile"),
                .user(1000),
            ]
        )
        #expect(list[0].throttle == Configuration.CallerThrottle(rate: 500, burst: 1000))
        #expect(list[0].inFlight == 64)
        let pool = try #require(IdentityPoolID(Self.pool))
        #expect(
            list[0].grants == [
                Configuration.CallerGrant(
                    operations: .only([.listRecords, .describeDataset]),
                    identityPools: .only([pool])
                ),
                Configuration.CallerGrant(
                    name: "own-writes",
                    operations: .only(Set([.updateRecords] + OperationGroup.read.operations)),
                    identities: .own,
                    datasets: .only(["profile", "settings.*"])
                ),
            ]
        )
        #expect(list[1].grants == [Configuration.CallerGrant(operations: .all)])
        #expect(list[1].throttle == nil && list[1].inFlight == nil)
    }

    @Test func anIssuerHasItsKeysAndItsClaims() throws {
        let issuers = try load(Self.text).get().configuration.callers.by.jwt
        var cluster = Configuration.TokenIssuer(
            name: "cluster",
            issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC",
            audiences: ["syncgate"]
        )
        cluster.keys.url = "https://keys.example/jwks"
        (cluster.keys.refresh, cluster.keys.cooldown) = (.seconds(3600), .seconds(90))
        (cluster.algorithms, cluster.leeway) = ([.rs256, .edDSA], .seconds(60))
        cluster.identityClaim = "custom:identity_id"
        var people = Configuration.TokenIssuer(
            name: "people",
            issuer: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x"
        )
        (people.tokenUse, people.clientIDs, people.caller) = (.access, ["a", "b"], "client_id")
        #expect(issuers == [cluster, people])
        #expect(issuers.map(\.isOfUserPool) == [false, true])
    }

    @Test func whatIsPrintedReadsBackAsTheSame() throws {
        let configuration = try load(Self.text).get().configuration
        #expect(try load(configuration.redactedYAML).get().configuration == configuration)
    }

    @Test func withoutAListCallersHaveNoNames() throws {
        #expect(try load("").get().configuration.callers.list == nil)
        #expect(try load("callers: { list: }").get().configuration.callers.list == nil)
        #expect(try load("callers: { list: [] }").get().configuration.callers.list == [])
    }

    /// The difference is made from what is printed: each part of a caller must be in it.
    @Test(arguments: [
        ("name: ops", "name: oops"), ("uid:1000", "uid:1001"), ("500/s", "501/s"),
        ("in_flight: 64", "in_flight: 65"),
        ("[UpdateRecords, read]", "[UpdateRecords]"), ("identities: own", "identities: all"),
        ("settings.*", "settings"),
        ("name: own-writes", "name: own"), ("burst: 1000", "burst: 1001"),
        ("{ operations: all }", "{ operations: read }"),
    ])
    func aChangeInsideOfTheListIsAChangeOfTheKey(old: String, new: String) throws {
        let changed = Self.text.replacing(old, with: new)
        let difference = ConfigurationDifference(
            from: try load(Self.text).get().configuration,
            to: try load(changed).get().configuration
        )
        #expect(difference.applied.map(\.key) == ["callers.list"])
    }

    @Test(arguments: [
        ("1h", "59m"), ("1m30s", "89s"), ("/jwks", "/keys"), ("EdDSA", "ES256"),
        ("leeway: 1m", "leeway: 59s"),
        ("custom:identity_id", "identity"), ("[a, b]", "[a]"), ("token_use: access", "token_use: id"),
        ("caller: client_id", "caller: sub"), ("[syncgate]", "[other]"), ("id/ABC", "id/ABD"),
        ("name: people", "name: persons"),
    ])
    func aChangeInsideOfAnIssuerIsAChangeOfTheKey(old: String, new: String) throws {
        let changed = Self.text.replacing(old, with: new)
        let difference = ConfigurationDifference(
            from: try load(Self.text).get().configuration,
            to: try load(changed).get().configuration
        )
        #expect(difference.applied.map(\.key) == ["callers.by.jwt"])
    }

    @Test func variablesStandForValuesInsideOfTheList() throws {
        let text =
            "callers: { list: [{ name: \"${N}\", is: [\"key:${N}\"], may: [] }], by: { api_key: { file: \(Self.keyFile) } } }"
        let list = try load(text, environment: ["N": "a"]).get().configuration.callers.list
        #expect(list == [Configuration.NamedCaller(name: "a", candidates: [.key("a")], grants: [])])
        #expect(
            problems(text, environment: ["N": "a b"]) == [
                "f.yaml:1:27: callers.list: '${N}' is not a short name; write 1 to 64 letters, digits and ._-",
                "f.yaml:1:40: callers.list: 'key:${N}' is no name of a key; write key: and 1 to 64 letters, digits and ._-",
            ]
        )
    }

    /// All faults at once, each at its own place.
    @Test func eachFaultHasItsPlace() {
        let text = """
            callers:
              list:
                - name: a b
                  is: [a@b]
                  may: [{ operations: [ListRecord], datasets: [a/b] }]
                - nam: c
            """
        #expect(
            problems(text).map { String($0.prefix { $0 != ";" }) } == [
                "f.yaml:3:13: callers.list: 'a b' is not a short name",
                "f.yaml:4:12: callers.list: 'a@b' is not a candidate",
                "f.yaml:5:28: callers.list: 'ListRecord' is not an operation or a group",
                "f.yaml:5:52: callers.list: 'a/b' is not a dataset pattern: 1 to 128 letters, digits and _.:-*",
                "f.yaml:6:7: callers.list: 'nam' is not a member here",
                "f.yaml:6:7: callers.list: a section has no is",
                "f.yaml:6:7: callers.list: a section has no may",
                "f.yaml:6:7: callers.list: a section has no name",
            ]
        )
    }

    /// A name that a value had before is taken, and the file is told the new one.
    @Test func theFormerNameOfAValueIsTakenWithAWarning() throws {
        let text =
            "throttle: { caller: { key: certificate } }\ncallers: { by: { unix: yes } }\nlisten: { address: unix:/a }"
        let loaded = try load(text).get()
        #expect(loaded.configuration.throttle.caller.key == .caller)
        #expect(
            loaded.warnings.map(\.description)
                == ["f.yaml:1:28: throttle.caller.key: 'certificate' is now caller; rename it"]
        )
        #expect(loaded.configuration.redactedYAML.contains("key: caller\n"))
    }

    @Test func valuesBeyondTheBoundsAreRefused() {
        func list(_ count: Int, _ entry: (Int) -> String) -> String {
            "[" + (0..<count).map(entry).joined(separator: ", ") + "]"
        }
        func faults(_ list: String) -> [String] {
            problems("callers: { by: { api_key: { file: \(Self.keyFile) } }, list: \(list) }")
        }
        func caller(_ index: Int) -> String { "{ name: c\(index), is: ['key:k\(index)'], may: [] }" }
        func candidates(_ count: Int) -> String {
            list(1) { _ in "{ name: c, is: \(list(count) { "'key:k\($0)'" }), may: [] }" }
        }
        func grants(_ count: Int) -> String {
            list(1) { _ in "{ name: c, is: ['key:k'], may: \(list(count) { _ in "{ operations: all }" }) }" }
        }
        #expect(faults(list(256, caller)) == [])
        #expect(faults(list(257, caller)).first?.contains("has more than 256 elements; ") == true)
        #expect(faults(candidates(32)) == [])
        #expect(faults(candidates(33)).first?.contains("has more than 32 elements; ") == true)
        #expect(faults(grants(64)) == [])
        #expect(faults(grants(65)).first?.contains("has more than 64 elements; ") == true)
        func issuers(_ count: Int) -> [String] {
            problems(
                "callers: { by: { jwt: \(list(count) { "{ name: i\($0), issuer: 'https://a/\($0)', audiences: [a] }" }) } }"
            )
        }
        #expect(issuers(16) == [])
        #expect(issuers(17).first?.contains("has more than 16 elements; ") == true)
        let many = list(300) { _ in "{}" }
        #expect(faults(many).count <= 100)
    }
}

import CognitoSync
import Cryptography
import HTTPTypes
import Messages
import Serving
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// Callers with names in the pipeline: who is known, and what they get.
struct NamedCallersTests {
    static let keyOfReader = String(repeating: "r", count: 32)
    static let keyOfWriter = String(repeating: "w", count: 40)

    static func keys() throws -> APIKeys {
        let lines = [
            ("reader", keyOfReader), ("writer", keyOfWriter), ("stranger", String(repeating: "s", count: 32)),
        ]
        .map { name, key in "\(name):\(Hexadecimal.text(Digest.sha256(Array(key.utf8))))" }
        return try APIKeys.parse(lines.joined(separator: "\n"), of: "keys")
    }

    private static func caller(
        _ name: String,
        _ candidates: [String],
        _ grants: [Configuration.CallerGrant],
        throttle: Configuration.CallerThrottle? = nil,
        inFlight: Int? = nil
    ) -> Configuration.NamedCaller {
        Configuration.NamedCaller(
            name: name,
            candidates: candidates.compactMap { CallerCandidate($0) },
            grants: grants,
            throttle: throttle,
            inFlight: inFlight
        )
    }

    private static func harness(
        tokens: PlayedTokens? = nil,
        _ configure: (inout Configuration) -> Void = { _ in },
        script: @escaping ScriptedSender.Script = { _ in .page(1) }
    ) throws -> PipelineHarness {
        PipelineHarness(
            configured: { configuration in
                configuration.callers.by.apiKey.file = "keys"
                configuration.callers.by.unix = true
                configuration.callers.list = [
                    caller(
                        "reader",
                        [
                            "key:reader", "spiffe://prod/reader", "dns:reader.internal", "jwt:played:reader",
                            "uid:1000",
                        ],
                        [Configuration.CallerGrant(operations: .only([.listRecords]))]
                    ),
                    caller(
                        "own",
                        ["jwt:played:phone"],
                        [Configuration.CallerGrant(operations: .only([.listRecords]), identities: .own)]
                    ),
                    caller("writer", ["key:writer"], [Configuration.CallerGrant(operations: .all)]),
                ]
                configure(&configuration)
            },
            keys: try keys(),
            tokens: tokens,
            script
        )
    }

    private func connection(_ names: CertificateNames? = nil, user: UInt32? = nil) -> Caller {
        Caller(address: "10.0.0.1", certificate: names, userID: user)
    }

    @Test func aRequestOfNobodyIsRefusedTheSameWayWhateverTheReason() async throws {
        let harness = try Self.harness(tokens: PlayedTokens())
        let wrong: [[String: String]] = [
            [:], ["x-api-key": "short"], ["x-api-key": String(repeating: "x", count: 32)],
            ["x-api-key": String(repeating: "s", count: 32)], ["Authorization": "Bearer forged"],
            ["Authorization": "Bearer nobody"], ["Authorization": "Bearer "],
            ["Authorization": "Bearer forged", "x-api-key": Self.keyOfReader],
        ]
        var bodies: Set<[UInt8]> = []
        for fields in wrong {
            let response = await harness.get(PipelineHarness.records, fields)
            #expect(response.status == 401, "\(fields)")
            #expect(response["x-amzn-ErrorType"] == "UnrecognizedClientException")
            #expect(response["WWW-Authenticate"] == "Bearer error=\"invalid_token\"")
            bodies.insert(response.body)
        }
        #expect(bodies.count == 1)
        #expect(harness.upstream.count == 0)
    }

    @Test(arguments: [
        (CertificateNames(uris: ["spiffe://prod/reader"]), 200),
        (CertificateNames(uris: ["spiffe://prod/reader", "spiffe://prod/other"]), 401),
        (CertificateNames(uris: ["spiffe://PROD/reader"]), 401),
        (CertificateNames(uris: ["urn:x:y"], dns: ["a.internal", "Reader.internal"]), 200),
        (CertificateNames(common: "spiffe://prod/reader"), 401),
        (CertificateNames(common: "reader.internal"), 401),
        (CertificateNames(dns: ["key:reader"]), 401),
    ])
    func allAlternativeNamesOfACertificateCountAndNoCommonName(
        names: CertificateNames,
        status: Int
    ) async throws {
        let harness = try Self.harness()
        #expect(await harness.send(.get(), from: connection(names)).status == status)
    }

    @Test func aKindOfNameThatIsNotTrustedNamesNobody() async throws {
        let harness = try Self.harness({ $0.callers.by.certificate.trust = [.dns] })
        #expect(
            await harness.send(.get(), from: connection(.init(uris: ["spiffe://prod/reader"]))).status == 401
        )
        #expect(await harness.send(.get(), from: connection(.init(dns: ["reader.internal"]))).status == 200)
    }

    @Test func theUserOfAUnixSocketIsACaller() async throws {
        let harness = try Self.harness()
        #expect(await harness.send(.get(), from: connection(user: 1000)).status == 200)
        #expect(await harness.send(.get(), from: connection(user: 1001)).status == 401)
    }

    @Test func whatNoGrantCoversIsDeniedBeforeAnythingIsAsked() async throws {
        let harness = try Self.harness()
        let fields = ["x-api-key": Self.keyOfReader]
        #expect(await harness.get(PipelineHarness.records, fields).status == 200)
        let asked = harness.upstream.count
        let lookups = harness.lookups
        for request in [
            Request.make(.get, PipelineHarness.dataset, fields: fields),
            Request.make(.delete, PipelineHarness.dataset, fields: fields),
            Request.make(.get, "/identitypools", fields: fields),
        ] {
            let response = await harness.send(request)
            #expect(response.status == 403)
            #expect(response["x-amzn-ErrorType"] == "AccessDeniedException")
        }
        #expect(harness.upstream.count == asked)
        #expect(harness.lookups == lookups)
        #expect(
            harness.metric(#"syncgate_cache_lookups_total{operation="DescribeDataset",outcome="pass"}"#)
                == nil
        )
    }

    @Test func theOuterBoundRefusesANamedCallerInTheSameWords() async throws {
        let harness = try Self.harness({ $0.allow.operations = .only([.describeDataset]) })
        let byBound = await harness.get(PipelineHarness.records, ["x-api-key": Self.keyOfWriter])
        let byGrant = await harness.get(PipelineHarness.dataset, ["x-api-key": Self.keyOfReader])
        #expect(byBound.status == 403)
        #expect(byBound.body == byGrant.body)
    }

    @Test func ownIdentitiesAreThoseThatTheTokenNames() async throws {
        let harness = try Self.harness(tokens: PlayedTokens())
        let other = "us-east-1:bbbbbbbb-0000-4000-8000-000000000002"
        for (token, status) in [
            ("phone/\(PipelineHarness.identity)", 200), ("phone/\(other)", 403), ("phone", 403),
            ("phone/\(other)/\(PipelineHarness.identity)", 200),
        ] {
            let response = await harness.get(PipelineHarness.records, ["Authorization": "Bearer \(token)"])
            #expect(response.status == status, "\(token)")
        }
    }

    @Test func aTokenIsTakenAndAnyOtherAuthorizationIsNot() async throws {
        let harness = try Self.harness(tokens: PlayedTokens())
        #expect(await harness.get(PipelineHarness.records, ["Authorization": "bearer reader"]).status == 200)
        let basic = await harness.get(
            PipelineHarness.records,
            ["Authorization": "Basic cmVhZGVy", "x-api-key": Self.keyOfReader]
        )
        #expect(basic.status == 400)
    }

    @Test func aVerifiedTokenIsRememberedForAMinuteOrUntilItsEnd() async throws {
        for (expires, seconds): (Int64, Int) in [(.max, 60), (20, 20)] {
            let start = ManualClock().gatewayClock.wall() / 1_000_000_000
            let tokens = PlayedTokens(expires: expires == .max ? .max : start + expires)
            let harness = try Self.harness(tokens: tokens)
            let connection = connection()
            func ask() async -> Int {
                await harness.send(
                    .get(PipelineHarness.records, ["Authorization": "Bearer reader"]),
                    from: connection
                )
                .status
            }
            for _ in 0..<3 { #expect(await ask() == 200) }
            #expect(tokens.verified.withLock { $0 } == 1)
            harness.clock.advance(by: .seconds(seconds - 1))
            _ = await ask()
            #expect(tokens.verified.withLock { $0 } == 1)
            harness.clock.advance(by: .seconds(2))
            _ = await ask()
            #expect(tokens.verified.withLock { $0 } == 2)
        }
    }

    @Test func aCredentialBesideACertificateIsNotRememberedForOthers() async throws {
        let harness = try Self.harness()
        let pipeline = harness.pipeline.forEventLoop(globalConcurrentExecutor)
        let certified = connection(CertificateNames(uris: ["spiffe://prod/reader"]))
        let plain = connection()
        let fields = ["x-api-key": Self.keyOfWriter]
        func status(_ path: String, from caller: Caller) async -> Int {
            await harness.response(of: pipeline.respond(to: .get(path, fields), from: caller)).status
        }
        for _ in 0..<2 {
            // The certificate names the first caller of the list, the key the last one.
            #expect(await status(PipelineHarness.records, from: certified) == 200)
            #expect(await status(PipelineHarness.dataset, from: certified) == 403)
            #expect(await status(PipelineHarness.dataset, from: plain) != 403)
        }
        #expect(await status(PipelineHarness.dataset, from: certified) == 403)
    }

    @Test func aDryRunServesWhatItWouldRefuse() async throws {
        let harness = try Self.harness({ $0.callers.dryRun = true })
        #expect(await harness.get().status == 200)
        #expect(await harness.get(PipelineHarness.dataset, ["x-api-key": Self.keyOfReader]).status != 403)
        #expect(await harness.get(PipelineHarness.records, ["x-api-key": "short"]).status == 200)
    }

    @Test func withoutAListAnyKnownCallerMayDoAll() async throws {
        let harness = try Self.harness({
            $0.callers.list = nil
            $0.callers.required = true
        })
        #expect(await harness.get().status == 401)
        #expect(await harness.get(PipelineHarness.records, ["x-api-key": Self.keyOfReader]).status == 200)
    }

    @Test func aCallerHasABucketOfItsOwn() async throws {
        let harness = try Self.harness({ configuration in
            configuration.throttle.caller = .init(key: .caller, rate: 1, burst: 1)
            configuration.callers.list?[0].throttle = .init(rate: 1, burst: 3)
        })
        var statuses: [Int] = []
        for _ in 0..<4 {
            statuses.append(
                await harness.get(PipelineHarness.records, ["x-api-key": Self.keyOfReader]).status
            )
        }
        #expect(statuses == [200, 200, 200, 429])
        let refused = await harness.get(PipelineHarness.records, ["x-api-key": Self.keyOfReader])
        #expect(refused["RateLimit-Policy"] == "\"caller\";q=3;w=3")
        #expect(await harness.get(PipelineHarness.records, ["x-api-key": Self.keyOfWriter]).status == 200)
        #expect(await harness.get(PipelineHarness.records, ["x-api-key": Self.keyOfWriter]).status == 429)
        #expect(harness.admission.accounts.all.map { $0.count(of: .throttled) } == [0, 2, 1])
    }

    @Test func aCallerCannotTakeAllPlaces() async throws {
        let gate = Signal()
        let harness = try Self.harness(
            { $0.callers.list?[2].inFlight = 1 },
            script: { _ in
                await gate.reached()
                return .page(1)
            }
        )
        let fields = ["x-api-key": Self.keyOfWriter]
        let first = harness.pipeline.respond(to: .get(PipelineHarness.records, fields), from: connection())
        async let waiting = harness.response(of: first)
        try await eventually("the first is forwarded") { harness.upstream.count == 1 }
        let second = await harness.get(PipelineHarness.dataset + "2/records", fields)
        #expect(second.status == 429)
        #expect(second["Retry-After"] == "1")
        gate.fire()
        #expect(await waiting.status == 200)
        try await harness.waitUntilIdle()
        #expect(await harness.get(PipelineHarness.dataset + "2/records", fields).status == 200)
    }
}

extension PipelineHarness {
    /// The number of look-ups in the cache so far.
    var lookups: Int {
        metrics.exposition().split(separator: "\n")
            .filter { $0.hasPrefix("syncgate_cache_lookups_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
            .reduce(0, +)
    }
}

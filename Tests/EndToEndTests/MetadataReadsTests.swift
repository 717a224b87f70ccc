import CognitoSync
import Emulator
import Gateway
import GatewayConfiguration
import TestSupport
import Testing

/// The reads other than ListRecords, from the socket to an upstream that verifies every signature, and back.
@Suite(.timeLimit(.minutes(1))) struct MetadataReadsTests {
    private static let pool = "/identitypools/\(DemoData.pool)"
    private static let paths = [
        Demo.dataset(), Demo.identity + "/datasets", Demo.identity, pool, "/identitypools", pool + "/events",
        pool + "/configuration",
    ]

    /// A lifetime of responses that is longer than a test takes on a busy machine.
    private static let long: @Sendable (inout Configuration) -> Void = {
        $0.cache.reads = .init(all: .seconds(600))
    }

    private func isHit(_ response: RawResponse?) -> Bool {
        response?.cacheStatus.hasPrefix("syncgate; hit") == true
    }

    @Test func eachResponseIsFetchedOnceUntilAWriteChangesIt() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint, configured: Self.long) { gateway in
                for path in Self.paths {
                    let first = try await gateway.get(path)
                    #expect(first?.status == 200, "\(path)")
                    #expect(first?.cacheStatus == "syncgate; fwd=uri-miss; stored")
                    let second = try await gateway.get(path)
                    #expect(isHit(second))
                    #expect(second?.body == first?.body)
                }
                #expect(emulator.statistics.requests == Self.paths.count)
                _ = try await gateway.ask("DELETE \(Demo.dataset()) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                for (position, path) in Self.paths.enumerated() {
                    #expect(try await isHit(gateway.get(path)) == (position >= 5), "\(path)")
                }
                #expect(try await gateway.get(Demo.dataset())?.status == 404)
            }
        }
    }

    @Test func aSuccessfulBulkPublishIsNotSentAgain() async throws {
        try await withEmulator({ $0.rules.bulkPublishDuration = 0 }) { emulator in
            try await withGateway(emulator.endpoint, configured: Self.long) { gateway in
                let publish = Demo.post(Self.pool + "/bulkpublish", "")
                #expect(try await gateway.ask(publish)?.status == 200)
                let details = try await gateway.ask(Demo.post(Self.pool + "/getBulkPublishDetails", ""))
                #expect(details?.text.contains("SUCCEEDED") == true)
                let refused = try await gateway.ask(publish)
                #expect(refused?.status == 400)
                #expect(refused?["x-amzn-ErrorType"] == "AlreadyStreamedException")
                #expect(refused?.isOwn == true)
                #expect(emulator.statistics.count(of: .bulkPublish) == 1)
            }
        }
    }

    @Test func aReloadKeepsCachedResponsesUnlessUpstreamChanges() async throws {
        try await withEmulator { old in
            try await withEmulator { new in
                let reload: @Sendable () throws(ConfigurationProblems) -> LoadedConfiguration = {
                    () throws(ConfigurationProblems) in
                    // The new lifetime applies to cached responses at once; the first reload changes it
                    // alone.
                    let endpoint = old.statistics.requests == 1 ? old.endpoint : new.endpoint
                    let text = """
                        upstream: { endpoint: "\(endpoint)" }
                        cache: { reads: { list_datasets: 1h } }
                        """
                    return try Configuration.load(text: text, name: "syncgate.yaml")
                }
                try await withGateway(old.endpoint, configured: Self.long, reload: reload) { gateway in
                    let path = Demo.identity + "/datasets"
                    _ = try await gateway.get(path)
                    _ = await gateway.service.reload()
                    #expect(try await isHit(gateway.get(path)))
                    _ = try await gateway.get(Self.pool + "/events")
                    _ = await gateway.service.reload()
                    #expect(try await !isHit(gateway.get(path)))
                    #expect(old.statistics.requests == 2)
                    #expect(new.statistics.requests == 1)
                }
            }
        }
    }
}

import CognitoSync
import Emulator
import Gateway
import TestSupport
import Testing

/// The reads beside ListRecords, from the socket to an origin that verifies every signature, and back.
@Suite(.timeLimit(.minutes(1))) struct OtherReadsTests {
    private static let pool = "/identitypools/\(DemoData.pool)"
    private static let paths = [
        Demo.dataset(), Demo.identity + "/datasets", Demo.identity, pool, "/identitypools", pool + "/events",
        pool + "/configuration",
    ]

    /// Kept for longer than a test takes on a busy machine.
    private static let long: @Sendable (inout Configuration) -> Void = {
        $0.cache.reads = .init(all: .seconds(600))
    }

    private func isHit(_ answer: RawResponse?) -> Bool {
        answer?.cacheStatus.hasPrefix("syncgate; hit") == true
    }

    @Test func eachIsAskedForOnceUntilAWriteChangesIt() async throws {
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
                _ = try await gateway.ask("DELETE \(Demo.dataset()) HTTP/1.1\r\nHost: h\r\n\r\n")
                for (position, path) in Self.paths.enumerated() {
                    #expect(try await isHit(gateway.get(path)) == (position >= 5), "\(path)")
                }
                #expect(try await gateway.get(Demo.dataset())?.status == 404)
            }
        }
    }

    @Test func aSuccessfulPublishIsNotTriedAgain() async throws {
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
                #expect(emulator.statistics.calls(.bulkPublish) == 1)
            }
        }
    }

    @Test func aReloadKeepsThemAndOneToAnotherOriginDoesNot() async throws {
        try await withEmulator { old in
            try await withEmulator { new in
                let reload: @Sendable () throws(ConfigurationProblems) -> LoadedConfiguration = {
                    () throws(ConfigurationProblems) in
                    // What is kept is judged by the new lifetime at once; the first reload changes that alone.
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

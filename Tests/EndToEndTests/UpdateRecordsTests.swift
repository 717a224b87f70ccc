import CognitoSync
import Emulator
import Foundation
import Gateway
import GatewayConfiguration
import Messages
import Synchronization
import TestSupport
import Testing

/// Writes with the session token of the gateway: the caller always gets to know the outcome.
@Suite(.timeLimit(.minutes(2))) struct UpdateRecordsTests {
    private static let key = [UInt8](repeating: 42, count: 32)
    private static let tokens = SessionTokens(sealer: TokenSealer(key: key), lifetime: 3600)

    private static func scope(_ dataset: String = "fresh") throws -> DatasetScope {
        let pool = try #require(IdentityPoolID(DemoData.pool))
        let identity = try #require(IdentityID(DemoData.identity))
        return DatasetScope(
            owner: IdentityScope(pool: pool, identity: identity),
            dataset: try #require(DatasetName(dataset))
        )
    }

    private static func token(_ dataset: String = "fresh") throws -> String {
        tokens.mint(for: try scope(dataset), now: wallClock() / 1000)
    }

    /// Runs `body` with a gateway that has the key, in front of an emulator whose clock can be advanced.
    private func withBoth(
        _ configure: (inout EmulatorOptions) -> Void = { _ in },
        gateway configureGateway: (inout Configuration) -> Void = { _ in },
        _ body: (RunningGateway, Emulator, _ advanceClock: (Int64) -> Void) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "syncgate-key-\(UUID().uuidString)")
        try Data(Self.key).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var options = EmulatorOptions()
        options.demoData = true
        configure(&options)
        let ahead = Ahead()
        let emulator = try await Emulator.start(options: options, now: { wallClock() + ahead.milliseconds })
        let result: Result<Void, any Error>
        do {
            let configuring = { (configuration: inout Configuration) in
                configuration.cache.tokens.keyFile = file.path
                configureGateway(&configuration)
            }
            try await withGateway(emulator.endpoint, configured: configuring) { gateway in
                try await body(gateway, emulator) { ahead.set($0) }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await emulator.stop()
        try result.get()
    }

    /// The milliseconds by which the clock of the emulator is ahead.
    private final class Ahead: Sendable {
        private let value = Mutex<Int64>(0)

        var milliseconds: Int64 { value.withLock { $0 } }
        func set(_ milliseconds: Int64) { value.withLock { $0 = milliseconds } }
    }

    private func writes(_ emulator: Emulator) -> [SeenRequest] {
        emulator.requests.filter { $0.operation == .updateRecords }
    }

    private func count(_ gateway: RunningGateway) async throws -> Int64 {
        let response = try await gateway.get(
            Demo.dataset("fresh") + "/records",
            "Cache-Control: no-cache\r\n"
        )
        return try RecordsPage.scan(try #require(response).body).datasetSyncCount
    }

    @Test(arguments: ServiceRules.TokenRefusal.allCases)
    func aWriteWithATokenOfTheGatewayIsSentWithARealOne(form: ServiceRules.TokenRefusal) async throws {
        try await withBoth {
            $0.rules.expiredToken = form
        } _: { gateway, emulator, _ in
            let response = try await gateway.ask(Demo.update("fresh", token: Self.token()))
            #expect(response?.status == 200)
            #expect(writes(emulator).count == 1)
            #expect(
                writes(emulator).allSatisfy {
                    !String(decoding: $0.request.body, as: UTF8.self).contains(TokenSealer.prefix)
                }
            )
            #expect(try await count(gateway) == 1)
        }
    }

    /// Lets the tokens of AWS expire between two writes.
    ///
    /// The gateway replaces those that it holds. Its own tokens stay valid, so the caller notices nothing.
    @Test(arguments: ServiceRules.TokenRefusal.allCases)
    func expiredTokensOfAWSAreReplaced(form: ServiceRules.TokenRefusal) async throws {
        try await withBoth {
            $0.rules.expiredToken = form
            $0.rules.tokenLifetime = 60_000
        } _: { gateway, emulator, advanceClock in
            let token = try Self.token()
            _ = try await gateway.get(Demo.dataset("fresh") + "/records")
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            advanceClock(120_000)
            let second = Demo.update("fresh", token: token, value: "w", count: 1)
            #expect(try await gateway.ask(second)?.status == 200)
            #expect(try await count(gateway) == 2)
            let path = Demo.dataset("fresh") + "/records?syncSessionToken=" + token
            advanceClock(240_000)
            #expect(try await gateway.get(path)?.status == 200)
            #expect(writes(emulator).count { $0.status == 200 } == 2)
            #expect(writes(emulator).count <= 3)
        }
    }

    /// Sends a token that a caller got from AWS itself: AWS refuses it, and the caller sees the refusal.
    @Test(arguments: ServiceRules.TokenRefusal.allCases)
    func aTokenThatACallerGotFromAWSIsNotReplaced(form: ServiceRules.TokenRefusal) async throws {
        try await withBoth {
            $0.rules.expiredToken = form
            $0.rules.tokenLifetime = 60_000
        } _: { gateway, emulator, advanceClock in
            let list = ListRecords(scope: try Self.scope())
            let real = try emulator.withStore {
                try $0.listRecords(list, at: Timestamp(milliseconds: wallClock())).sessionToken
            }
            #expect(try await gateway.ask(Demo.update("fresh", token: real))?.status == 200)
            advanceClock(120_000)
            let response = try await gateway.ask(Demo.update("fresh", token: real, count: 1))
            #expect(response?.status == (form == .invalid ? 400 : 403))
            #expect(response?.isOwn == false)
            #expect(writes(emulator).count == 2)
        }
    }

    @Test func aTokenOfAnotherDatasetIsRefusedAndNothingIsSent() async throws {
        try await withBoth { gateway, emulator, _ in
            let response = try await gateway.ask(Demo.update("fresh", token: Self.token("other")))
            #expect(response?.status == 400)
            #expect(response?["x-amzn-errortype"] == "InvalidParameterException")
            #expect(response?.text.contains("SyncSessionToken not valid for these inputs") == true)
            #expect(emulator.requests.isEmpty)
        }
    }

    /// Loses the response to a write that is applied: at once, by a reset, or after some bytes.
    @Test(arguments: ["drop=after", "drop=after,reset", "cut=1", "cut=40", "cut=300"])
    func aLostResponseToAnAppliedWriteIsResolved(fault: String) async throws {
        try await withBoth { gateway, emulator, _ in
            let token = try Self.token()
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            emulator.addFault(try Fault(parsing: fault + ",operation=UpdateRecords,times=1"))
            let write = Demo.update("fresh", token: token, value: "newer \\u00e9", count: 1)
            let response = try #require(try await gateway.ask(write))
            #expect(response.status == 200, "\(response.head) \(response.text)")
            let records = try UpdateRecordsResponse.scan(response.body).records
            #expect(records.map { $0.key.text(in: response.body) } == ["k"])
            #expect(records.map { $0.value(in: response.body)?.text(in: response.body) } == ["newer é"])
            #expect(records.map(\.syncCount) == [2])
            #expect(writes(emulator).count == 2, "sent once each")
            #expect(try await count(gateway) == 2)
        }
    }

    @Test(arguments: ["drop=before", "drop=before,reset", "status=500", "status=503"])
    func aWriteThatWasNotAppliedIsReportedAsNotApplied(fault: String) async throws {
        try await withBoth { gateway, emulator, _ in
            let token = try Self.token()
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            #expect(try await count(gateway) == 1, "what is cached tells whether the dataset is the same")
            emulator.addFault(try Fault(parsing: fault + ",operation=UpdateRecords,times=1"))
            let write = Demo.update("fresh", token: token, value: "w", count: 1)
            let response = try #require(try await gateway.ask(write))
            #expect(response["x-syncgate-write"] == "not-applied")
            if fault.hasPrefix("status=") {
                #expect(response.head.contains("\(response.status)") && fault == "status=\(response.status)")
            } else {
                #expect(response.status == 504, "\(response.head) \(response.text)")
                #expect(response.text.contains("has not been applied"))
                #expect(response.text.contains("sync count 1"))
            }
            #expect(writes(emulator).count == 2, "sent once each")
            #expect(try await gateway.ask(write)?.status == 200, "the caller may send it again")
            #expect(try await count(gateway) == 2)
        }
    }

    /// Delays the response of an applied write beyond the timeout of the gateway.
    @Test func theOutcomeOfASlowWriteIsResolvedInTheRemainingTime() async throws {
        try await withBoth(gateway: { $0.upstream.timeouts.firstByte = .seconds(1) }) {
            gateway,
            emulator,
            _ in
            let token = try Self.token()
            emulator.addFault(try Fault(parsing: "latency=30s,operation=UpdateRecords,times=1"))
            let start = ContinuousClock.now
            let response = try await gateway.ask(Demo.update("fresh", token: token))
            #expect(response?.status == 200)
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(writes(emulator).count == 1)
        }
    }

    @Test func theOutcomeOfAnOverwrittenRecordIsUnknown() async throws {
        try await withBoth { gateway, emulator, _ in
            let token = try Self.token()
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            emulator.addFault(try Fault(parsing: "drop=before,operation=UpdateRecords,times=1"))
            _ = try emulator.withStore {
                try $0.write(
                    Self.scope(),
                    [Patch(key: "k", value: "another's", syncCount: nil)],
                    at: Timestamp(milliseconds: wallClock())
                )
            }
            let response = try await gateway.ask(Demo.update("fresh", token: token, value: "w", count: 1))
            #expect(response?.status == 504)
            #expect(response?.text.contains("the outcome is unknown") == true)
            #expect(writes(emulator).count == 2, "sent once each")
        }
    }
}

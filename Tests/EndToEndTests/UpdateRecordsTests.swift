import CognitoSync
import Emulator
import Foundation
import Gateway
import Messages
import Synchronization
import TestSupport
import Testing

/// A caller writes with the gateway's session token, and gets to know what became of the write whatever happens.
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

    /// Runs `body` with a gateway that has the key, before an emulator whose clock can be put forward.
    private func withBoth(
        _ configure: (inout EmulatorOptions) -> Void = { _ in },
        gateway configureGateway: (inout Configuration) -> Void = { _ in },
        _ body: (RunningGateway, Emulator, _ putForward: (Int64) -> Void) async throws -> Void
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
                try await body(gateway, emulator) { ahead.put($0) }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await emulator.stop()
        try result.get()
    }

    /// How many milliseconds the emulator's clock is ahead.
    private final class Ahead: Sendable {
        private let value = Mutex<Int64>(0)

        var milliseconds: Int64 { value.withLock { $0 } }
        func put(_ milliseconds: Int64) { value.withLock { $0 = milliseconds } }
    }

    private func writes(_ emulator: Emulator) -> [SeenRequest] {
        emulator.requests.filter { $0.operation == .updateRecords }
    }

    private func count(_ gateway: RunningGateway) async throws -> Int64 {
        let answer = try await gateway.get(Demo.dataset("fresh") + "/records", "Cache-Control: no-cache\r\n")
        return try RecordsPage.scan(try #require(answer).body).datasetSyncCount
    }

    @Test(arguments: ServiceRules.ExpiredToken.allCases)
    func aWriteWithOursIsOneWithARealOne(form: ServiceRules.ExpiredToken) async throws {
        try await withBoth {
            $0.rules.expiredToken = form
        } _: { gateway, emulator, _ in
            let answer = try await gateway.ask(Demo.update("fresh", token: Self.token()))
            #expect(answer?.status == 200)
            #expect(writes(emulator).count == 1)
            #expect(
                writes(emulator).allSatisfy {
                    !String(decoding: $0.request.body, as: UTF8.self).contains(TokenSealer.prefix)
                }
            )
            #expect(try await count(gateway) == 1)
        }
    }

    /// Between two writes AWS's tokens run out: those that the gateway holds are replaced, ours stay good.
    @Test(arguments: ServiceRules.ExpiredToken.allCases)
    func tokensOfAWSsThatRanOutAreNobodysTrouble(form: ServiceRules.ExpiredToken) async throws {
        try await withBoth {
            $0.rules.expiredToken = form
            $0.rules.tokenLifetime = 60_000
        } _: { gateway, emulator, putForward in
            let token = try Self.token()
            _ = try await gateway.get(Demo.dataset("fresh") + "/records")
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            putForward(120_000)
            let second = Demo.update("fresh", token: token, value: "w", count: 1)
            #expect(try await gateway.ask(second)?.status == 200)
            #expect(try await count(gateway) == 2)
            let path = Demo.dataset("fresh") + "/records?syncSessionToken=" + token
            putForward(240_000)
            #expect(try await gateway.get(path)?.status == 200)
            #expect(writes(emulator).count { $0.status == 200 } == 2)
            #expect(writes(emulator).count <= 3)
        }
    }

    /// What a caller had from AWS itself is AWS's to refuse, and the refusal is the caller's to see.
    @Test(arguments: ServiceRules.ExpiredToken.allCases)
    func aTokenThatACallerHadFromAWSIsNotReplaced(form: ServiceRules.ExpiredToken) async throws {
        try await withBoth {
            $0.rules.expiredToken = form
            $0.rules.tokenLifetime = 60_000
        } _: { gateway, emulator, putForward in
            let list = ListRecords(scope: try Self.scope())
            let real = try emulator.withStore {
                try $0.listRecords(list, at: Timestamp(milliseconds: wallClock())).sessionToken
            }
            #expect(try await gateway.ask(Demo.update("fresh", token: real))?.status == 200)
            putForward(120_000)
            let answer = try await gateway.ask(Demo.update("fresh", token: real, count: 1))
            #expect(answer?.status == (form == .invalid ? 400 : 403))
            #expect(answer?.isOwn == false)
            #expect(writes(emulator).count == 2)
        }
    }

    @Test func oursOfAnotherDatasetIsRefusedAndNothingIsSent() async throws {
        try await withBoth { gateway, emulator, _ in
            let answer = try await gateway.ask(Demo.update("fresh", token: Self.token("other")))
            #expect(answer?.status == 400)
            #expect(answer?["x-amzn-errortype"] == "InvalidParameterException")
            #expect(answer?.text.contains("SyncSessionToken not valid for these inputs") == true)
            #expect(emulator.requests.isEmpty)
        }
    }

    // The write is applied and its answer lost, at once, at any byte, or by an error in its place.
    @Test(arguments: ["drop=after", "drop=after,reset", "cut=1", "cut=40", "cut=300"])
    func aLostAnswerToAWriteThatWasAppliedIsFoundOut(fault: String) async throws {
        try await withBoth { gateway, emulator, _ in
            let token = try Self.token()
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            emulator.addFault(try Fault(parsing: fault + ",operation=UpdateRecords,times=1"))
            let write = Demo.update("fresh", token: token, value: "newer \\u00e9", count: 1)
            let answer = try #require(try await gateway.ask(write))
            #expect(answer.status == 200, "\(answer.head) \(answer.text)")
            let records = try UpdateRecordsResponse.scan(answer.body).records
            #expect(records.map { $0.key.text(in: answer.body) } == ["k"])
            #expect(records.map { $0.value(in: answer.body)?.text(in: answer.body) } == ["newer é"])
            #expect(records.map(\.syncCount) == [2])
            #expect(writes(emulator).count == 2, "sent once each")
            #expect(try await count(gateway) == 2)
        }
    }

    @Test(arguments: ["drop=before", "drop=before,reset", "status=500", "status=503"])
    func aWriteThatWasNotAppliedIsSaidNotToBe(fault: String) async throws {
        try await withBoth { gateway, emulator, _ in
            let token = try Self.token()
            #expect(try await gateway.ask(Demo.update("fresh", token: token))?.status == 200)
            emulator.addFault(try Fault(parsing: fault + ",operation=UpdateRecords,times=1"))
            let write = Demo.update("fresh", token: token, value: "w", count: 1)
            let answer = try #require(try await gateway.ask(write))
            #expect(answer.status == 504, "\(answer.head) \(answer.text)")
            #expect(answer.text.contains("has not been applied"))
            #expect(answer.text.contains("sync count 1"))
            #expect(writes(emulator).count == 2, "sent once each")
            #expect(try await gateway.ask(write)?.status == 200, "the caller may send it again")
            #expect(try await count(gateway) == 2)
        }
    }

    /// The service answers later than anybody waits for it, and has applied the write.
    @Test func aSlowAnswerIsFoundOutInTheTimeThatIsLeft() async throws {
        try await withBoth(gateway: { $0.upstream.timeouts.firstByte = .seconds(1) }) {
            gateway,
            emulator,
            _ in
            let token = try Self.token()
            emulator.addFault(try Fault(parsing: "latency=30s,operation=UpdateRecords,times=1"))
            let start = ContinuousClock.now
            let answer = try await gateway.ask(Demo.update("fresh", token: token))
            #expect(answer?.status == 200)
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(writes(emulator).count == 1)
        }
    }

    @Test func whatSomebodyElseWroteOverIsUnknown() async throws {
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
            let answer = try await gateway.ask(Demo.update("fresh", token: token, value: "w", count: 1))
            #expect(answer?.status == 504)
            #expect(answer?.text.contains("the outcome is unknown") == true)
            #expect(writes(emulator).count == 2, "sent once each")
        }
    }
}

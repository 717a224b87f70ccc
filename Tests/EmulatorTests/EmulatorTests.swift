import CognitoSync
import HTTPTypes
import Messages
import Serving
import SigV4
import TestSupport
import Testing

@testable import Emulator

/// The emulator on a socket.
@Suite(.timeLimit(.minutes(1))) struct EmulatorTests {
    private static let now: Int64 = 1_413_836_234_607

    private func with(
        _ fault: String? = nil,
        _ body: (Emulator) async throws -> Void
    ) async throws {
        var options = EmulatorOptions()
        options.demoData = true
        if let fault { options.faults = [try Fault(parsing: fault)] }
        let emulator = try await Emulator.start(options: options, now: { Self.now })
        do {
            try await body(emulator)
        } catch {
            await emulator.stop()
            throw error
        }
        await emulator.stop()
    }

    private func scope() throws -> DatasetScope {
        try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: DemoData.dataset)
        )
    }

    /// Returns a signed request as it is sent.
    private func text(_ operation: Operation, to emulator: Emulator) -> String {
        var request = operation.request()
        let signer = Signer(region: emulator.region, service: "cognito-sync")
        let host = "127.0.0.1:\(emulator.port)"
        let time = SigningTime(epochSeconds: Self.now / 1000)
        signer.sign(&request, host: host, credentials: emulator.credentials, at: time)
        var lines = ["\(request.head.method.rawValue) \(request.head.path ?? "") HTTP/1.1", "host: \(host)"]
        lines += request.head.headerFields.map { "\($0.name.rawName): \($0.value)" }
        lines.append("content-length: \(request.body.count)")
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + String(decoding: request.body, as: UTF8.self)
    }

    private func send(_ text: String, to emulator: Emulator) async throws -> RawResponse {
        let port = emulator.port
        let responses = try await offPool { try RawConnection(port: port).roundTrip(text) }
        return try #require(responses.first)
    }

    /// Sends a request; returns all bytes until the connection ends, and the kind of its end.
    private func rest(
        _ text: String,
        from emulator: Emulator
    ) async throws -> (
        bytes: [UInt8], end: RawConnection.End
    ) {
        let port = emulator.port
        return try await offPool {
            let connection = try RawConnection(port: port)
            try connection.send(text)
            return connection.read()
        }
    }

    @Test func aSignedRequestIsServedAndAnUnsignedOneIsRefused() async throws {
        try await with { emulator in
            #expect(emulator.endpoint == "http://127.0.0.1:\(emulator.port)")
            let read = Operation.listRecords(ListRecords(scope: try scope()))
            let response = try await send(text(read, to: emulator), to: emulator)
            #expect(response.status == 200)
            #expect(response["date"] != nil)
            #expect(response["content-type"] == "application/json")
            let page = try RecordsPage.scan(response.body)
            #expect(page.records.count == 4)
            let unsigned = try await send(
                "GET /identitypools HTTP/1.1\r\nhost: h\r\n\r\n",
                to: emulator
            )
            #expect(unsigned.status == 403)
            #expect(unsigned["x-amzn-ErrorType"] == "MissingAuthenticationTokenException")
        }
    }

    @Test(arguments: [0, 1, 17, 120, 400]) func aResponseIsCutAtTheByte(bytes: Int) async throws {
        try await with("cut=\(bytes)") { emulator in
            let read = Operation.listRecords(ListRecords(scope: try scope()))
            let rest = try await rest(text(read, to: emulator), from: emulator)
            #expect(rest.bytes.count == bytes)
            #expect(rest.end == .closed)
        }
    }

    @Test func aConnectionIsResetOnCommand() async throws {
        try await with("cut=0,reset") { emulator in
            let read = Operation.listRecords(ListRecords(scope: try scope()))
            let rest = try await rest(text(read, to: emulator), from: emulator)
            #expect(rest.end == .reset)
        }
    }

    @Test func aWriteMayBeAppliedWithoutAResponse() async throws {
        try await with("drop=after,operation=DeleteDataset") { emulator in
            let rest = try await rest(text(.deleteDataset(try scope()), to: emulator), from: emulator)
            #expect(rest.bytes.isEmpty)
            let scope = try scope()
            #expect(emulator.withStore { store in try? store.describeDataset(scope) } == nil)
            #expect(emulator.statistics.count(of: .deleteDataset) == 1)
        }
    }

    @Test func commandsNeedNoSignature() async throws {
        try await with { emulator in
            let body = "status=500,times=1"
            let command =
                "POST /_emulator/faults HTTP/1.1\r\nhost: localhost\r\ncontent-length: \(body.utf8.count)\r\n"
                + "content-type: application/x-www-form-urlencoded\r\n\r\n\(body)"
            let usage = text(.listIdentityPoolUsage(Paging()), to: emulator)
            var statuses: [Int] = []
            for request in [command, usage, usage] {
                statuses.append(try await send(request, to: emulator).status)
            }
            #expect(statuses == [200, 500, 200])
            #expect(emulator.requests.count == 2)
        }
    }

    @Test(arguments: [
        "host: evil.example", "host: localhost\r\norigin: http://evil.example",
        "host: localhost\r\nsec-fetch-site: cross-site",
    ])
    func aWebPageCommandsNothing(fields: String) async throws {
        try await with { emulator in
            let command = "POST /_emulator/reset HTTP/1.1\r\n\(fields)\r\ncontent-length: 0\r\n\r\n"
            let before = emulator.statistics
            let status = try await send(command, to: emulator).status
            #expect(status == 403)
            #expect(emulator.statistics == before)
        }
    }

    @Test func aMalformedRequestIsRefusedInTheServicesForm() async throws {
        try await with { emulator in
            let response = try await send(
                "GET ftp://h/identitypools HTTP/1.1\r\nhost: h\r\n\r\n",
                to: emulator
            )
            #expect(response.status == 400)
            #expect(response["x-amzn-ErrorType"] == "MalformedHttpRequestException")
            #expect(emulator.statistics.requests == 0)
        }
    }

    @Test func aStoppedEmulatorDoesNotListen() async throws {
        let emulator = try await Emulator.start(now: { Self.now })
        let port = emulator.port
        await emulator.stop()
        await #expect(throws: RawConnection.Failure.self) {
            try await offPool { _ = try RawConnection(port: port) }
        }
    }
}

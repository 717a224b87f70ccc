import Foundation
import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// The deadlines, the limits on connections, and draining, over sockets.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionEndTests {
    private static let good = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private var short: ServerTimeouts {
        var timeouts = ServerTimeouts()
        timeouts.head = .milliseconds(200)
        timeouts.silent = .milliseconds(200)
        timeouts.idle = .milliseconds(200)
        timeouts.body = .milliseconds(400)
        timeouts.bodyGrace = .milliseconds(200)
        timeouts.writeStall = .milliseconds(400)
        timeouts.linger = .milliseconds(200)
        return timeouts
    }

    /// Sends a text and reads to the end; returns the statuses of the responses.
    private static func converse(
        _ port: Int,
        _ text: String
    ) throws -> (statuses: [Int], end: RawConnection.End) {
        let connection = try RawConnection(port: port)
        try connection.send(text)
        let (bytes, end) = connection.read()
        return (RawResponse.parse(bytes).map(\.status), end)
    }

    @Test(arguments: [
        ("", []), ("G", [408]), ("GET / HTTP/1.1\r\nHost: h\r\n", [408]), (Self.good, [200]),
        (Self.good + "GET", [200, 408]), ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab", [408]),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", [408]),
    ])
    func aCallerThatStopsGetsATimeoutAndIsCut(text: String, statuses: [Int]) async throws {
        try await withServer(TestResponder(), timeouts: short) { server in
            let port = server.boundPort
            let result = try await offPool { try Self.converse(port, text) }
            #expect(result.statuses == statuses)
            #expect(result.end == .closed)
            #expect(server.statistics().refused == (statuses.contains(408) ? [.tooSlow: 1] : [:]))
        }
    }

    @Test func aCallerThatTricklesIsCutAtTheDeadlineOfTheHead() async throws {
        try await withServer(TestResponder(), timeouts: short) { server in
            let port = server.boundPort
            let statuses = try await offPool {
                let connection = try RawConnection(port: port)
                try connection.send("GET / HTTP/1.1\r\nHost: h\r\nX: ")
                var received: [UInt8] = []
                for _ in 0..<200 {
                    let (bytes, end) = connection.read(within: .milliseconds(20))
                    received += bytes
                    guard end == .deadline else { break }
                    try? connection.send("a")
                }
                return RawResponse.parse(received).map(\.status)
            }
            #expect(statuses == [408])
        }
    }

    @Test func aCallerThatReadsNothingIsCut() async throws {
        let page = [UInt8](repeating: 120, count: 4 << 20)
        let responder = TestResponder { _, _ in
            .now(OutgoingResponse(Response(head: HTTPResponse(status: .ok), body: page)))
        }
        try await withServer(responder, timeouts: short) { server in
            let port = server.boundPort
            let end = try await offPool {
                let connection = try RawConnection(port: port)
                connection.limitReceiveBuffer(4096)
                try connection.send(Self.good)
                try blockUntil("a connection has stalled") { server.statistics().stalled > 0 }
                return connection.read().end
            }
            #expect(end == .reset)
            #expect(server.statistics().stalled == 1)
            #expect(server.statistics().active == 0)
        }
    }

    @Test func connectionsAboveTheLimitAreRefusedAtOnceAndCounted() async throws {
        var limits = ServerLimits()
        limits.connections = 4
        try await withServer(TestResponder(), limits: limits) { server in
            let port = server.boundPort
            let (refused, responses, again) = try await offPool {
                var open: [RawConnection] = []
                for _ in 0..<4 {
                    let connection = try RawConnection(port: port)
                    _ = try connection.roundTrip(Self.good)
                    open.append(connection)
                }
                let refused = try Self.converse(port, "")
                let responses = try open.flatMap { try $0.roundTrip(Self.good) }.map(\.status)
                open.removeAll()
                try blockUntil("no connection is open") { server.statistics().open == 0 }
                return (refused, responses, try RawConnection(port: port).roundTrip(Self.good).map(\.status))
            }
            #expect(refused.statuses == [503])
            #expect(refused.end == .closed)
            #expect(responses == [200, 200, 200, 200])
            #expect(again == [200])
            #expect(server.statistics().refused == [.overloaded: 1])
            #expect(server.statistics().accepted == 6)
        }
    }

    @Test func oneAddressCannotTakeAllConnections() {
        var limits = ServerLimits()
        limits.connections = 4
        limits.connectionsPerPeer = 2
        var admission = ConnectionAdmission(limits: limits)
        let verdicts = ["a", "a", "a", "b", nil, "c"].map { admission.admit(caller: $0, draining: false) }
        #expect(
            verdicts == [
                .admitted, .admitted, .refused(.overloaded), .admitted, .admitted, .refused(.overloaded),
            ]
        )
        admission.release(caller: "a", verdict: .admitted)
        admission.release(caller: "a", verdict: .refused(.overloaded))
        #expect(admission.admit(caller: "a", draining: true) == .refused(.draining))
        #expect(admission.admit(caller: "a", draining: false) == .admitted)
        for _ in 0..<limits.refusedConnections { _ = admission.admit(caller: "a", draining: false) }
        #expect(admission.admit(caller: "a", draining: false) == .dropped)
    }

    @Test func drainingCutsNothingThatCanFinish() async throws {
        for _ in 0..<20 {
            let (release, releaser) = AsyncStream<Void>.makeStream()
            let gate = Task { for await _ in release {} }
            let responder = TestResponder { _, _ in
                .later {
                    await gate.value
                    return .text("done")
                }
            }
            try await withServer(responder) { server in
                let port = server.boundPort
                let callers = 50
                async let ends = withThrowingTaskGroup(of: (Int?, String?, RawConnection.End).self) { group in
                    for _ in 0..<callers {
                        group.addTask {
                            try await offPool {
                                let connection = try RawConnection(port: port)
                                try connection.send(Self.good)
                                let (bytes, end) = connection.read(within: .seconds(20))
                                let response = RawResponse.parse(bytes).first
                                return (response?.status, response?["connection"], end)
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try await eventually("all requests have arrived") { responder.requests.count == callers }
                async let drained: Void = server.drain(timeout: .seconds(20))
                try await eventually("the server refuses connections") {
                    (try? await offPool { try RawConnection(port: port).close() }) == nil
                }
                releaser.finish()
                await drained
                #expect(server.statistics().open == 0)
                for (status, connection, end) in try await ends {
                    #expect(status == 200)
                    #expect(connection == "close")
                    #expect(end == .closed)
                }
            }
        }
    }

    @Test func drainingEndsAtItsDeadlineAndIdleConnectionsAtOnce() async throws {
        let responder = TestResponder { request, _ in
            guard request.head.path == "/never" else { return .now(.text("ok")) }
            return .later {
                // The drain cancels the task.
                try? await Task.sleep(for: .seconds(60))
                return .text("late")
            }
        }
        try await withServer(responder) { server in
            let port = server.boundPort
            async let idle = offPool {
                let connection = try RawConnection(port: port)
                _ = try connection.roundTrip(Self.good)
                return connection.read().end
            }
            async let stuck = offPool {
                let connection = try RawConnection(port: port)
                try connection.send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n")
                return connection.read()
            }
            try await eventually("one request is active and two have arrived") {
                server.statistics().active >= 1 && responder.requests.count >= 2
            }
            await server.drain(timeout: .milliseconds(500))
            #expect(try await idle == .closed)
            #expect(try await stuck.bytes.isEmpty)
            #expect(server.statistics().open == 0)
        }
    }
}

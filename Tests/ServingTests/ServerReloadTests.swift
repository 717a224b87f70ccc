import Serving
import TestSupport
import Testing

/// Another configuration for a server that runs.
@Suite(.timeLimit(.minutes(1))) struct ServerReloadTests {
    private let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test func anotherAddressIsServedAndOpenConnectionsGoOn() async throws {
        try await withServer(TestResponder()) { server in
            let old = server.boundPort
            let connection = try RawConnection(port: old)
            #expect(try connection.roundTrip(request).map(\.status) == [200])
            let address = ListenAddress.tcp(host: "localhost", port: 0)
            let prepared = try await server.prepare(
                ServerConfiguration(address: address, loops: server.loops)
            )
            #expect(
                try RawConnection(port: old).roundTrip(request).map(\.status) == [200],
                "until it is adopted"
            )
            await server.adopt(prepared)
            #expect(server.boundPort != old)
            #expect(throws: (any Error).self) { _ = try RawConnection(port: old) }
            let host = server.boundAddress.hasPrefix("[") ? "::1" : "127.0.0.1"
            if host == "127.0.0.1" {
                #expect(try RawConnection(port: server.boundPort).roundTrip(request).map(\.status) == [200])
            }
            #expect(try connection.roundTrip(request).map(\.status) == [200], "the open one goes on")
        }
    }

    @Test func anAddressThatIsTakenChangesNothing() async throws {
        try await withServer(TestResponder()) { other in
            try await withServer(TestResponder()) { server in
                let taken = ListenAddress.tcp(host: "127.0.0.1", port: other.boundPort)
                await #expect(throws: ServingError.self) {
                    _ = try await server.prepare(ServerConfiguration(address: taken, loops: server.loops))
                }
                let statuses = try RawConnection(port: server.boundPort).roundTrip(request).map(\.status)
                #expect(statuses == [200])
            }
        }
    }

    @Test func newLimitsHoldForNewConnections() async throws {
        try await withServer(TestResponder()) { server in
            var limits = ServerLimits()
            limits.target = 10
            limits.connections = 1
            let address = ListenAddress.tcp(host: "127.0.0.1", port: 0)
            let prepared = try await server.prepare(
                ServerConfiguration(address: address, loops: server.loops, limits: limits)
            )
            await server.adopt(prepared)
            let first = try RawConnection(port: server.boundPort)
            // From the response on the server knows the connection, which holds the only place.
            #expect(try first.roundTrip(request).map(\.status) == [200])
            let long = "GET /\(String(repeating: "a", count: 20)) HTTP/1.1\r\nHost: h\r\n\r\n"
            #expect(try RawConnection(port: server.boundPort).roundTrip(request).map(\.status) == [503])
            #expect(try first.roundTrip(long).map(\.status) == [414])
        }
    }
}

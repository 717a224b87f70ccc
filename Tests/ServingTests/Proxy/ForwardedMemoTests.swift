import Messages
import Serving
import TestSupport
import Testing

/// The memory of an event loop for forwarded values, seen through its connections.
@Suite(.timeLimit(.minutes(1)))
struct ForwardedMemoTests {
    /// More values than there are slots, twice: each request has its own caller.
    @Test func manyCallersOnAConnectionKeepTheirAddresses() async throws {
        let addresses = (0..<1200).map { "192.0.\($0 / 256).\($0 % 256)" }
        let text = addresses.map { "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: \($0)\r\n\r\n" }.joined()
        try await withServer(HopResponder(hasFastPath: true), hops: .init(.off, trusted: ["127.0.0.1"])) {
            server in
            let port = server.boundPort
            let found = try await offPool {
                let connection = try RawConnection(port: port)
                return try (0..<2).flatMap { _ in
                    try connection.send(text)
                    return RawResponse.parse(connection.read(responses: addresses.count).bytes).map(\.text)
                }
            }
            #expect(found == addresses + addresses)
        }
    }

    /// Other hops make another caller of the same value.
    @Test func aReloadOfTheTrustedHopsReadsTheFieldAgain() async throws {
        let text = "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.1, 192.0.2.2\r\n\r\n"
        let loops = EventLoops(workers: 1)
        var configuration = ServerConfiguration(address: .tcp(host: "127.0.0.1", port: 0), loops: loops)
        configuration.hops = HopPolicy(.off, trusted: ["127.0.0.1"])
        let server = try await HTTPServer.start(configuration, responder: HopResponder(hasFastPath: true))
        let port = server.boundPort
        var found: [String?] = []
        for trusted in [["127.0.0.1"], ["127.0.0.1", "192.0.2.2"], ["10.0.0.1"]] {
            configuration.hops = HopPolicy(.off, trusted: trusted)
            await server.adopt(try await server.prepare(configuration))
            found += try await offPool {
                try (0..<2).map { _ in try RawConnection(port: port).roundTrip(text).first?.text }
            }
        }
        await server.drain(timeout: .zero)
        await loops.shutdown()
        let wanted = ["192.0.2.2", "192.0.2.1", "127.0.0.1"].flatMap { [$0, $0] }
        #expect(found == wanted)
    }
}

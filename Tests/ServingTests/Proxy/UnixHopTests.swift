import Foundation
import Serving
import TestSupport
import Testing

/// A Unix socket, where all who connect are trusted hops.
@Suite(.timeLimit(.minutes(1)))
struct UnixHopTests {
    private static let line = "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n"

    @Test(arguments: [
        (ProxyProtocol.required, line, "", "192.0.2.7"),
        (.optional, "", "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.9"),
        (.off, "", "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.9"), (.off, "", "", "PATH"),
        (.required, "PROXY UNKNOWN\r\n", "", "PATH"),
        // The address of the header is no trusted hop by itself.
        (.required, line, "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.7"),
    ])
    func allWhoConnectAreTrusted(
        mode: ProxyProtocol,
        start: String,
        fields: String,
        expected: String
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "hop-\(UUID().uuidString)").path
        let loops = EventLoops(workers: 1)
        var configuration = ServerConfiguration(address: .unix(path: path), loops: loops)
        configuration.hops = HopPolicy(mode, trusted: [])
        let server = try await HTTPServer.start(configuration, responder: HopResponder())
        let text = try? await offPool {
            let request = "\(start)GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
            return try RawConnection(unixPath: path).roundTrip(request).first?.text
        }
        await server.drain(timeout: .zero)
        await loops.shutdown()
        #expect(text == expected.replacing("PATH", with: path))
    }

    /// A listener without rules about hops, as that of operators is, believes no field.
    @Test func anotherListenerTrustsNobody() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "hop-\(UUID().uuidString)").path
        let loops = EventLoops(workers: 1)
        let configuration = ServerConfiguration(address: .unix(path: path), loops: loops)
        let server = try await HTTPServer.start(configuration, responder: HopResponder())
        let text = try? await offPool {
            let request = "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n"
            return try RawConnection(unixPath: path).roundTrip(request).first?.text
        }
        await server.drain(timeout: .zero)
        await loops.shutdown()
        #expect(text == path)
    }
}

import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// Requests and responses over TLS 1.2 and 1.3, in front of an upstream that follows a script.
@Suite(.enabled(if: Certificates.shared != nil, "openssl is not installed"))
struct TLSConnectionTests {
    static let versions = ["-tls1_2", "-tls1_3"]

    /// Runs the closure with a client of `openssl s_server`, which passes what it decrypts to the upstream and back.
    ///
    /// All connections of the client are one connection to the upstream.
    private func withTLS(
        _ version: String,
        _ upstream: ScriptedUpstream,
        _ body: (UpstreamClient) async throws -> Void
    ) async throws {
        defer { upstream.stop() }
        let certificates = try #require(Certificates.shared)
        let openssl = try #require(Programs.openssl)
        let server = try await ServerProgram("/bin/bash", in: certificates.folder) { port in
            let arguments = "-accept 127.0.0.1:\(port) -cert good.pem -key good.key \(version) -quiet"
            let pipe = "exec 3<>/dev/tcp/127.0.0.1/\(upstream.port)"
            return ["-c", "\(pipe); exec \(openssl) s_server \(arguments) <&3 >&3"]
        }
        defer { server.stop() }
        var configuration = try loopback(server.port, scheme: .https)
        configuration.connect = .seconds(10)
        configuration.caFile = certificates.authority
        let client = try UpstreamClient(configuration)
        do {
            try await body(client)
        } catch {
            await client.stop()
            throw error
        }
        await client.stop()
    }

    private static func sized(_ body: [UInt8]) -> [UInt8] {
        [UInt8]("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    /// Sends requests one after another: a session ticket, which TLS 1.3 sends by itself, must not end the connection.
    @Test(arguments: versions) func aConnectionIsUsedAgain(version: String) async throws {
        try await withTLS(version, try ScriptedUpstream(response: plainResponse)) { client in
            for _ in 0..<5 {
                let response = try await client.send(post("b"))
                #expect(response.body == [UInt8]("hi".utf8))
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(client.statistics().connects == 1)
        }
    }

    /// Sizes around that of a record, after which decrypted bytes may be left where epoll does not see them.
    @Test(arguments: versions, [1, 16_383, 16_384, 16_385, 100_000, 1_000_000])
    func aResponseOfManyRecordsIsWhole(version: String, size: Int) async throws {
        let body = [UInt8]((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let upstream = try ScriptedUpstream { _ in [.send(Self.sized(body))] }
        try await withTLS(version, upstream) { client in
            for _ in 0..<2 {
                let response = try await client.send(get())
                #expect(response.body == body)
            }
            #expect(client.statistics().connects == 1)
        }
    }

    @Test(arguments: versions) func aRequestThatFillsTheBuffersIsSentWhole(version: String) async throws {
        let body = String(repeating: "0123456789abcdef", count: 1 << 19)
        let upstream = try ScriptedUpstream(greeting: [.pause(milliseconds: 300)]) { _ in
            [.send(plainResponse)]
        }
        try await withTLS(version, upstream) { client in
            let response = try await client.send(post(body))
            #expect(response.body == [UInt8]("hi".utf8))
            #expect(upstream.received.first?.body.count == body.utf8.count)
            #expect(upstream.received.first?.body == [UInt8](body.utf8))
        }
    }

    @Test(arguments: versions) func bytesBehindAResponseAreDroppedWithItsConnection(
        version: String
    ) async throws {
        let forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        let upstream = try ScriptedUpstream {
            $0.request == 0 ? [.send(plainResponse + forged)] : [.send(plainResponse)]
        }
        try await withTLS(version, upstream) { client in
            for _ in 0..<2 {
                let response = try await client.send(get())
                #expect(response.body == [UInt8]("hi".utf8))
            }
            #expect(client.statistics().connects == 2)
        }
    }

    @Test(arguments: versions) func bytesThatNobodyAskedForEndTheConnection(version: String) async throws {
        let upstream = try ScriptedUpstream {
            $0.request == 0
                ? [.send(plainResponse), .pause(milliseconds: 50), .send("x")] : [.send(plainResponse)]
        }
        try await withTLS(version, upstream) { client in
            _ = try await client.send(get())
            #expect(await upstream.waitUntil { _ in client.statistics().openConnections == 0 })
            let response = try await client.send(get())
            #expect(response.body == [UInt8]("hi".utf8))
            #expect(client.statistics().connects == 2)
        }
    }
}

import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// The authentication of the upstream by TLS.
@Suite(.enabled(if: Certificates.shared != nil, "openssl is not installed"))
struct TLSTests {
    /// Runs a server that responds to each request with the file of its path, and closes the connection.
    private func withServer(
        _ certificate: String,
        options: [String] = [],
        caFile: Bool = true,
        _ body: (UpstreamClient) async throws -> Void
    ) async throws {
        let certificates = try #require(Certificates.shared)
        let server = try await ServerProgram(try #require(Programs.openssl), in: certificates.folder) {
            port in
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", "\(certificate).pem", "-key",
                "\(certificate).key",
                "-HTTP",
            ] + options
        }
        defer { server.stop() }
        var configuration = try loopback(server.port, scheme: .https)
        configuration.connect = .seconds(5)
        if caFile { configuration.caFile = certificates.authority }
        let client = try UpstreamClient(configuration)
        try await body(client)
        await client.stop()
    }

    private func expectUnreachable(_ client: UpstreamClient) async {
        let error = await client.failure(of: post("b", "/good"))
        #expect(error?.kind == .unreachable)
        #expect(error?.phase == .notSent)
    }

    @Test func aCertificateOfTheGivenAuthorityIsAccepted() async throws {
        try await withServer("good") { client in
            let response = try await client.send(get("/good"))
            #expect(response.body == [UInt8]("hi".utf8))
        }
    }

    @Test func aCertificateOfAnUnknownAuthorityIsRefused() async throws {
        try await withServer("good", caFile: false) { await expectUnreachable($0) }
    }

    @Test(arguments: ["other", "expired"])
    func aCertificateForAnotherNameOrTimeIsRefused(certificate: String) async throws {
        try await withServer(certificate) { await expectUnreachable($0) }
    }

    @Test func anOldProtocolIsRefused() async throws {
        try await withServer("good", options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]) {
            await expectUnreachable($0)
        }
        try await withServer("good", options: ["-tls1_2"]) { client in
            let response = try await client.send(get("/good"))
            #expect(response.body.count == 2)
        }
    }

    @Test func anUpstreamThatPrefersHTTP2IsSpokenToInHTTP1() async throws {
        try await withServer("good", options: ["-alpn", "h2,http/1.1"]) { client in
            let response = try await client.send(get("/good"))
            #expect(response.body == [UInt8]("hi".utf8))
        }
    }

    @Test func anAuthorityThatIsNotThereIsAnError() async throws {
        let certificates = try #require(Certificates.shared)
        var configuration = try loopback(1, scheme: .https)
        configuration.caFile = certificates.folder.appending(path: "none.pem").path
        let client = try UpstreamClient(configuration)
        let error = await client.failure(of: get())
        #expect(error?.phase == .notSent)
        await client.stop()
    }

    @Test func aResponseThatIsCutOffUnderTLSIsAnError() async throws {
        try await withServer("good") { client in
            let error = await client.failure(of: get("/cut"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .partlyReceived)
        }
    }

    @Test(arguments: ["/pretends", "/endless"])
    func textThatPretendsToBeHTTP2IsRefused(path: String) async throws {
        try await withServer("good") { client in
            let error = await client.failure(of: get(path))
            #expect(error?.kind == .malformed)
        }
    }

    @Test func aServerThatIsNoTLSServerIsRefused() async throws {
        let upstream = try ScriptedUpstream(greeting: [.send(plainResponse)]) { _ in [.send(plainResponse)] }
        defer { upstream.stop() }
        let client = try UpstreamClient(try loopback(upstream.port, scheme: .https))
        await expectUnreachable(client)
        await client.stop()
    }

    @Test func aSilentHandshakeTimesOutAtTheConnectDeadline() async throws {
        let upstream = try ScriptedUpstream(greeting: [.stall]) { _ in [] }
        defer { upstream.stop() }
        var configuration = try loopback(upstream.port, scheme: .https)
        configuration.connect = .milliseconds(200)
        let client = try UpstreamClient(configuration)
        let error = await client.failure(of: post("b"))
        #expect(error?.kind == .timedOut)
        #expect(error?.phase == .notSent)
        await client.stop()
    }
}

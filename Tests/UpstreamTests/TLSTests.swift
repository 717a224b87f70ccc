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

/// Requests to an upstream that negotiates HTTP/2.
@Suite(
    .enabled(if: Certificates.shared != nil && Programs.nghttpd != nil, "nghttpd or openssl is not installed")
)
struct HTTP2Tests {
    private func withServer(
        _ options: [String],
        configure: (inout UpstreamConfiguration) -> Void = { _ in },
        _ body: (UpstreamClient) async throws -> Void
    ) async throws {
        let certificates = try #require(Certificates.shared)
        let server = try await ServerProgram(try #require(Programs.nghttpd), in: certificates.folder) {
            port in
            ["-a", "127.0.0.1", "-d", certificates.folder.path] + options + [
                "\(port)", "good.key", "good.pem",
            ]
        }
        defer { server.stop() }
        var configuration = try loopback(server.port, scheme: .https)
        configuration.connect = .seconds(5)
        configuration.caFile = certificates.authority
        configure(&configuration)
        let client = try UpstreamClient(configuration)
        try await body(client)
        await client.stop()
    }

    @Test(arguments: [[], ["--no-content-length"], ["--trailer", "x-trailer: a"]])
    func manyRequestsSucceedAndConnectionsAreUsedAgain(options: [String]) async throws {
        try await withServer(options, configure: { $0.connections = 8 }) { client in
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 { group.addTask { try await client.send(get("/page.json")).body.count } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(sizes == [Int](repeating: 100_000, count: 40))
            #expect(client.statistics().connects <= 8)
            let response = try await client.send(get("/page.json"))
            #expect(response.head.status.code == 200)
            #expect(!response.head.headerFields.contains { $0.name.rawName == "x-trailer" })
        }
    }

    @Test func aBodyArrivesAndComesBack() async throws {
        try await withServer(["--echo-upload"]) { client in
            let body = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
            for size in [1, 1000, 200_000] {
                var request = post("")
                request.body = [UInt8](body.prefix(size))
                let response = try await client.send(request)
                #expect(response.body == request.body)
            }
        }
    }

    @Test func theBodyIsBounded() async throws {
        for options in [[], ["--no-content-length"]] {
            try await withServer(options, configure: { $0.maximumBody = 99_999 }) { client in
                let error = await client.failure(of: get("/page.json"))
                #expect(error?.kind == .tooLarge)
                #expect(error?.phase == .partlyReceived)
            }
        }
    }

}

import Foundation
import Glibc
import Messages
import TestSupport
import Testing
import Upstream

/// The environment of the process does not change what is sent, where to, or who can read it.
@Suite(.serialized) struct EnvironmentTests {
    @Test func proxiesOfTheEnvironmentAreIgnored() async throws {
        let proxy = try ScriptedOrigin(answer: "HTTP/1.1 502 Proxy\r\nContent-Length: 0\r\n\r\n")
        defer { proxy.stop() }
        let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"]
        for name in names { unsafe setenv(name, proxy.url, 1) }
        defer { for name in names { unsafe unsetenv(name) } }
        let origin = try ScriptedOrigin(answer: plainAnswer)
        try await withUpstream(origin) { client in
            _ = try await client.send(get())
            #expect(origin.received.count == 1)
            #expect(proxy.accepted == 0)
        }
    }

    @Test func aConfiguredProxyIsAskedForATunnelWhateverNoProxySays() async throws {
        let proxy = try ScriptedOrigin { received in
            received.requestLine.hasPrefix("CONNECT")
                ? [.send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")] : [.send(plainAnswer)]
        }
        defer { proxy.stop() }
        unsafe setenv("no_proxy", "*", 1)
        defer { unsafe unsetenv("no_proxy") }
        var configuration = UpstreamConfiguration(origin: try #require(Origin("http://service.test:81")))
        configuration.proxy = proxy.url
        let client = try UpstreamClient(configuration)
        let answer = try await client.send(get("/a"))
        #expect(answer.body.count == 2)
        #expect(proxy.received.map(\.requestLine) == ["CONNECT service.test:81 HTTP/1.1", "GET /a HTTP/1.1"])
        await client.stop()
    }

    /// In a process of its own, as libcurl reads the variable once, when it starts.
    @Test(.enabled(if: Certificates.shared != nil, "openssl is not installed"))
    func theKeysOfTLSConnectionsAreNotWrittenDown() async throws {
        await #expect(processExitsWith: .success) {
            let certificates = try #require(Certificates.shared)
            let file = certificates.folder.appending(path: "keys.log")
            unsafe setenv("SSLKEYLOGFILE", file.path, 1)
            let server = try await ServerProgram(try #require(Programs.openssl), in: certificates.folder) {
                port in
                [
                    "s_server", "-accept", "127.0.0.1:\(port)", "-cert", "good.pem", "-key", "good.key",
                    "-HTTP",
                ]
            }
            defer { server.stop() }
            var configuration = try loopback(server.port, scheme: .https)
            configuration.connect = .seconds(5)
            configuration.caFile = certificates.authority
            let client = try UpstreamClient(configuration)
            let answer = try await client.send(get("/good"))
            await client.stop()
            guard answer.body.count == 2, !FileManager.default.fileExists(atPath: file.path) else { exit(1) }
        }
    }
}

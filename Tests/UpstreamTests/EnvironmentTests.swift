import Foundation
import Glibc
import Messages
import TestSupport
import Testing
import Upstream

/// The environment of the process changes neither the requests, nor their target, nor their confidentiality.
///
/// Each test has a process of its own: the environment belongs to all threads, and libcurl reads some of it
/// once, at its start.
@Suite struct EnvironmentTests {
    @Test func proxiesOfTheEnvironmentAreIgnored() async throws {
        await #expect(processExitsWith: .success) {
            let proxy = try ScriptedUpstream(response: "HTTP/1.1 502 Proxy\r\nContent-Length: 0\r\n\r\n")
            defer { proxy.stop() }
            for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
                unsafe setenv(name, proxy.url, 1)
            }
            let upstream = try ScriptedUpstream(response: plainResponse)
            try await withUpstream(upstream) { client in
                _ = try await client.send(get())
                guard upstream.received.count == 1, proxy.accepted == 0 else { exit(1) }
            }
        }
    }

    @Test func aConfiguredProxyIsUsedRegardlessOfTheEnvironment() async throws {
        await #expect(processExitsWith: .success) {
            let proxy = try ScriptedUpstream { received in
                received.requestLine.hasPrefix("CONNECT")
                    ? [.send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")] : [.send(plainResponse)]
            }
            defer { proxy.stop() }
            unsafe setenv("no_proxy", "*", 1)
            var configuration = UpstreamConfiguration(origin: try #require(Origin("http://service.test:81")))
            configuration.proxy = proxy.url
            let client = try UpstreamClient(configuration)
            let response = try await client.send(get("/a"))
            await client.stop()
            let lines = proxy.received.map(\.requestLine)
            guard lines == ["CONNECT service.test:81 HTTP/1.1", "GET /a HTTP/1.1"], response.body.count == 2
            else {
                exit(1)
            }
        }
    }

    @Test(.enabled(if: Certificates.shared != nil, "openssl is not installed"))
    func theKeysOfTLSConnectionsAreNotLogged() async throws {
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
            let response = try await client.send(get("/good"))
            await client.stop()
            guard response.body.count == 2, !FileManager.default.fileExists(atPath: file.path) else {
                exit(1)
            }
            // OpenSSL frees what it has for the transfer thread when that thread ends, a moment after `stop`. A leak
            // check at the usual end of the process would find it now and then.
            server.stop()
            _exit(EXIT_SUCCESS)
        }
    }
}

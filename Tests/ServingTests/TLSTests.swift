import Foundation
import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// TLS, with certificates and a caller made by the openssl command.
@Suite(.enabled(if: OpenSSL.available, "the openssl command is not installed"), .timeLimit(.minutes(1)))
struct TLSTests {
    private var echo: TestResponder {
        TestResponder { request, caller in
            .now(.text("\(request.head.scheme ?? "") \(caller.certificate?.first ?? "nobody")"))
        }
    }

    @Test func aServerWithACertificateServesOverTLS() async throws {
        let openssl = try OpenSSL()
        try await withServer(echo, tls: openssl.files(clients: false)) { server in
            let text = try await openssl.ask(port: server.boundPort, ["-tls1_2"])
            #expect(text.contains("https nobody"))
            let old = try await openssl.ask(port: server.boundPort, ["-tls1_1"])
            #expect(!old.contains("HTTP/1.1"))
        }
    }

    @Test(arguments: [
        ("spiffe", "https URI:spiffe://test/caller"), ("plain", "https CN=plain client"),
        ("serverOnly", nil), ("stranger", nil), ("purposeless", nil), ("", nil),
    ])
    func onlyACallerWithACertificateOfTheAuthorityIsServed(name: String, expected: String?) async throws {
        let openssl = try OpenSSL()
        let responder = echo
        try await withServer(responder, tls: openssl.files(clients: true)) { server in
            let shown =
                name.isEmpty
                ? [] : ["-cert", openssl.path("\(name).pem"), "-key", openssl.path("\(name).key")]
            let text = try await openssl.ask(port: server.boundPort, shown)
            if let expected {
                #expect(text.contains(expected))
            } else {
                #expect(!text.contains("HTTP/1.1 "))
                #expect(responder.requests.isEmpty)
            }
        }
    }

    @Test func aHandshakeThatStopsIsCutAndCounted() async throws {
        let openssl = try OpenSSL()
        var timeouts = ServerTimeouts()
        timeouts.handshake = .milliseconds(200)
        timeouts.silent = .seconds(20)
        try await withServer(echo, timeouts: timeouts, tls: openssl.files(clients: false)) { server in
            let port = server.boundPort
            let ends = try await offPool {
                try ["", "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\n\r\n"].map { text in
                    let connection = try RawConnection(port: port)
                    try connection.send(text)
                    return connection.read().end
                }
            }
            #expect(!ends.contains(.deadline))
            #expect(server.statistics().failedHandshakes == 3)
        }
    }

    @Test(arguments: [nil, 1], ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST /a", "c"])
    func plainHTTPGetsAResponseWithTheReason(pieces: Int?, text: String) async throws {
        let openssl = try OpenSSL()
        let responder = echo
        try await withServer(responder, tls: openssl.files(clients: true)) { server in
            let (bytes, end) = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try? connection.send(text, pieces: pieces)
                return connection.read()
            }
            let responses = RawResponse.parse(bytes)
            #expect(responses.map(\.status) == [400])
            #expect(responses.first?["connection"] == "close")
            #expect(responses.first?.text == "plainHTTP")
            #expect(end == .closed)
            #expect(responder.requests.isEmpty)
            #expect(server.statistics().failedHandshakes == 1)
            #expect(server.statistics().refused == [.plainHTTP: 1])
        }
    }

    @Test func aCallerThatClosesBeforeItsHandshakeIsCounted() async throws {
        let openssl = try OpenSSL()
        try await withServer(echo, tls: openssl.files(clients: false)) { server in
            try await offPool { try RawConnection(port: server.boundPort).close() }
            try await eventually("the handshake has failed") { server.statistics().failedHandshakes == 1 }
        }
    }

    @Test func wrongFilesAreNamed() async throws {
        let openssl = try OpenSSL()
        let good = openssl.files(clients: true)
        var missing = good
        missing.certificateFile = openssl.path("missing.pem")
        var swapped = good
        swapped.keyFile = openssl.path("spiffe.key")
        var noCA = good
        noCA.clientCAFile = good.keyFile
        for (files, culprit) in [
            (missing, missing.certificateFile), (swapped, swapped.keyFile), (noCA, good.keyFile),
        ] {
            do {
                try await withServer(echo, tls: files) { _ in }
                Issue.record("started with \(files)")
            } catch ServingError.badTLS(let fault) {
                #expect(fault.file == culprit)
            }
        }
    }
}

import Foundation
import GatewayConfiguration
import TestSupport
import Testing

/// The TLS set-ups that cannot work, each with its own sentence.
@Suite(.enabled(if: OpenSSL.available, "the openssl command is not installed"), .timeLimit(.minutes(1)))
struct TLSChecksTests {
    private struct Case: Sendable {
        var certificate = "server.pem"
        var key = "server.key"
        var authority = "ca.pem"
        var list: String?
        var message: String
    }

    private static let faults: [Case] = [
        Case(
            certificate: "garbage",
            message: "certificate_file: 'F/garbage' is not PEM: it has no line '-----BEGIN"
        ),
        Case(certificate: "empty", message: "certificate_file: 'F/empty' is empty; write the PEM to it"),
        Case(
            certificate: "damaged",
            message: "certificate_file: 'F/damaged' has a certificate that cannot be read"
        ),
        Case(key: "encrypted.key", message: "key_file: 'F/encrypted.key' is an encrypted key"),
        Case(
            key: "spiffe.key",
            message: "key_file: 'F/spiffe.key' is not the key of the first certificate in"
        ),
        Case(
            certificate: "server.key",
            key: "server.pem",
            message: "certificate_file: 'F/server.key' has a key and no certificate; swap it"
        ),
        Case(key: "server.pem", message: "key_file: 'F/server.pem' has a certificate and no key; swap it"),
        Case(key: "empty", message: "key_file: 'F/empty' is empty"),
        Case(authority: "server.key", message: "client_ca_file: 'F/server.key' has no certificate"),
        Case(authority: "empty", message: "client_ca_file: 'F/empty' is empty"),
        Case(list: "ca.pem", message: "client_crl_file: 'F/ca.pem' has no revocation list"),
        Case(list: "other.crl", message: "client_crl_file: 'F/other.crl' is not signed by an authority"),
    ]

    private static let doubts: [Case] = [
        Case(
            certificate: "old.pem",
            key: "old.key",
            message: "'F/old.pem' expired on 2020-02-01T00:00:00Z; renew it"
        ),
        Case(
            certificate: "early.pem",
            key: "early.key",
            message: "'F/early.pem' is not valid before 2040-01-01T00:00:00Z; check the clock"
        ),
        Case(message: "'F/server.pem' expires on"),
        Case(list: "ca.crl", message: "'F/ca.pem' expires on"),
    ]

    private func text(_ files: Case, _ openssl: OpenSSL, section: String) -> String {
        let list = files.list.map { ", client_crl_file: \(openssl.path($0))" } ?? ""
        return """
            \(section): { tls: { certificate_file: \(openssl.path(files.certificate)), \
            key_file: \(openssl.path(files.key)), client_ca_file: \(openssl.path(files.authority))\(list) } }
            """
    }

    private func prepare(_ openssl: OpenSSL) throws {
        for (name, text) in [
            ("empty", "\n"), ("garbage", "\u{1}\u{2}junk"),
            ("damaged", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ] {
            try text.write(toFile: openssl.path(name), atomically: true, encoding: .utf8)
        }
        _ = try openssl.run(
            "pkey",
            "-in",
            openssl.path("server.key"),
            "-aes256",
            "-passout",
            "pass:x",
            "-out",
            openssl.path("encrypted.key")
        )
        try openssl.leaf("old", from: "200101000000Z", until: "200201000000Z")
        try openssl.leaf("early", from: "400101000000Z", until: "400201000000Z")
        _ = try openssl.revocationList(of: "other", revoking: [])
        _ = try openssl.revocationList(revoking: [])
    }

    @Test(arguments: ["listen", "admin"]) func eachFaultIsNamed(section: String) throws {
        let openssl = try OpenSSL()
        try prepare(openssl)
        let folder = String(openssl.path("x").dropLast(2))
        for files in Self.faults {
            let found = problems(text(files, openssl, section: section))
            let wanted = "\(section).tls." + files.message.replacing("F/", with: folder + "/")
            #expect(found.count == 1 && found[0].contains(wanted), "\(found), not \(wanted)")
        }
    }

    @Test func whatIsOfNoUseNowOrSoonIsAWarning() throws {
        let openssl = try OpenSSL()
        try prepare(openssl)
        let folder = String(openssl.path("x").dropLast(2))
        for files in Self.doubts {
            let loaded = try load(text(files, openssl, section: "listen")).get()
            let wanted = files.message.replacing("F/", with: folder + "/")
            #expect(
                loaded.warnings.contains { $0.message.contains(wanted) },
                "\(loaded.warnings), not \(wanted)"
            )
        }
    }
}

import Serving
import TestSupport
import Testing

/// The outcome of each kind of TLS handshake, by a caller that is the openssl command.
@Suite(.enabled(if: OpenSSL.available, "the openssl command is not installed"), .timeLimit(.minutes(1)))
struct HandshakeOutcomeTests {
    /// Returns the outcomes that a server counts for one caller.
    private func outcomes(
        of name: String?,
        _ arguments: [String] = [],
        openssl: OpenSSL,
        list: String? = nil
    ) async throws -> [HandshakeOutcome: Int] {
        var files = openssl.files(clients: true)
        files.clientCRLFile = list
        return try await withServer(TestResponder(), tls: files) { server in
            let shown =
                name.map { ["-cert", openssl.path("\($0).pem"), "-key", openssl.path("\($0).key")] } ?? []
            _ = try await openssl.ask(port: server.boundPort, shown + arguments)
            try await eventually("the handshake has ended") { !server.statistics().handshakes.isEmpty }
            return server.statistics().handshakes
        }
    }

    @Test(arguments: [
        ("spiffe" as String?, HandshakeOutcome.completed), (nil, .noCertificate),
        ("stranger", .unknownAuthority),
        ("serverOnly", .unfit), ("purposeless", .unfit), ("old", .expired), ("early", .expired),
    ])
    func aCertificateHasItsOutcome(name: String?, expected: HandshakeOutcome) async throws {
        let openssl = try OpenSSL()
        try openssl.leaf("old", from: "200101000000Z", until: "200201000000Z")
        try openssl.leaf("early", from: "400101000000Z", until: "400201000000Z")
        let found = try await outcomes(of: name, openssl: openssl)
        #expect(found == [expected: 1])
    }

    @Test func aRevokedCertificateIsRefusedAndOthersAreServed() async throws {
        let openssl = try OpenSSL()
        let list = try openssl.revocationList(revoking: ["plain"])
        #expect(try await outcomes(of: "plain", openssl: openssl, list: list) == [.revoked: 1])
        #expect(try await outcomes(of: "spiffe", openssl: openssl, list: list) == [.completed: 1])
        #expect(
            try await outcomes(of: "plain", openssl: openssl) == [.completed: 1],
            "without the list it is good"
        )
    }

    @Test func aListOfAnotherAuthorityIsNamed() async throws {
        let openssl = try OpenSSL()
        var files = openssl.files(clients: true)
        files.clientCRLFile = try openssl.revocationList(of: "other", revoking: [])
        #expect(throws: TLSFault.self) { _ = try files.load() }
    }

    @Test(arguments: [["-tls1_1"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"]])
    func nothingInCommonIsAProtocolError(arguments: [String]) async throws {
        let found = try await outcomes(of: "spiffe", arguments, openssl: OpenSSL())
        #expect(found == [.protocolError: 1] || found == [.cut: 1])
    }
}

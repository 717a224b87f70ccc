import Foundation

/// A folder with the certificates of an authority, a server and some callers, and a TLS client that uses
/// them.
package final class OpenSSL: Sendable {
    package static var available: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") }

    private let folder: URL

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "serving-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try authority("ca")
        try authority("other")
        try leaf("server", of: "ca", "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1")
        try leaf("spiffe", of: "ca", "extendedKeyUsage=clientAuth\nsubjectAltName=URI:spiffe://test/caller")
        try leaf("plain", of: "ca", "extendedKeyUsage=clientAuth", subject: "/CN=plain client")
        try leaf("serverOnly", of: "ca", "extendedKeyUsage=serverAuth")
        try leaf("stranger", of: "other", "extendedKeyUsage=clientAuth")
        try leaf("purposeless", of: "ca", "basicConstraints=CA:FALSE")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    package func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Returns the serial of the certificate that a server shows, in hexadecimal.
    package func serial(port: Int) async throws -> String {
        let shown = try await offPool {
            try Self.run(["s_client", "-connect", "127.0.0.1:\(port)", "-showcerts"])
        }
        return try await offPool { try Self.run(["x509", "-noout", "-serial"], input: shown) }
    }

    /// Makes a certificate whose times are given in the form `YYMMDDHHMMSSZ`, with its key.
    package func leaf(
        _ name: String,
        of authority: String = "ca",
        from begin: String,
        until end: String,
        _ extensions: String = "extendedKeyUsage=serverAuth,clientAuth"
    ) throws {
        try request(name, extensions, subject: "/CN=\(name)")
        try database(authority)
        _ = try Self.run([
            "ca", "-batch", "-notext", "-config", path("\(authority).cnf"), "-in", path("\(name).csr"),
            "-out",
            path("\(name).pem"), "-extfile", path("\(name).ext"), "-startdate", begin, "-enddate", end,
        ])
    }

    /// Makes the revocation list of an authority with all that it has revoked so far; returns its path.
    package func revocationList(of authority: String = "ca", revoking names: [String]) throws -> String {
        try database(authority)
        let configuration = ["ca", "-config", path("\(authority).cnf")]
        for name in names { _ = try Self.run(configuration + ["-revoke", path("\(name).pem")]) }
        _ = try Self.run(configuration + ["-gencrl", "-crldays", "1", "-out", path("\(authority).crl")])
        return path("\(authority).crl")
    }

    /// Prepares `openssl ca` for an authority.
    private func database(_ authority: String) throws {
        guard !FileManager.default.fileExists(atPath: path("\(authority).cnf")) else { return }
        let text = """
            [ca]
            default_ca=d
            [d]
            database=\(path("\(authority).txt"))
            serial=\(path("\(authority).serial"))
            new_certs_dir=\(folder.path)
            certificate=\(path("\(authority).pem"))
            private_key=\(path("\(authority).key"))
            default_md=sha256
            unique_subject=no
            policy=p
            [p]
            commonName=optional
            """
        try text.write(toFile: path("\(authority).cnf"), atomically: true, encoding: .utf8)
        try "".write(toFile: path("\(authority).txt"), atomically: true, encoding: .utf8)
        try "1000".write(toFile: path("\(authority).serial"), atomically: true, encoding: .utf8)
    }

    /// Sends a request by `openssl s_client`, which closes the connection, and returns all that it prints.
    package func ask(
        port: Int,
        _ arguments: [String],
        request: String = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    ) async throws -> String {
        let client = [
            "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", path("ca.pem"), "-quiet", "-ign_eof",
        ]
        return try await offPool { try Self.run(client + arguments, input: request) }
    }

    private func authority(_ name: String) throws {
        _ = try Self.run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).pem"),
        ])
    }

    private func leaf(
        _ name: String,
        of authority: String,
        _ extensions: String,
        subject: String = "/CN=x"
    ) throws {
        try request(name, extensions, subject: subject)
        _ = try Self.run([
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("\(authority).pem"), "-CAkey",
            path("\(authority).key"), "-CAcreateserial", "-days", "2", "-extfile", path("\(name).ext"),
            "-out",
            path("\(name).pem"),
        ])
    }

    private func request(_ name: String, _ extensions: String, subject: String) throws {
        try extensions.write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
        _ = try Self.run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
            "-keyout", path("\(name).key"), "-out", path("\(name).csr"),
        ])
    }

    /// Runs `openssl` to its end, and returns its output.
    package func run(_ arguments: String...) throws -> String { try Self.run(arguments) }

    /// Runs the command to its end, which `timeout` bounds.
    @discardableResult
    package static func run(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["10", "/usr/bin/openssl"] + arguments
        let stdin = Pipe()
        let stdout = Pipe()
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}

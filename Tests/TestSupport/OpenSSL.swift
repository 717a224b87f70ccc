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
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    package func path(_ name: String) -> String { folder.appending(path: name).path }

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
        try extensions.write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
        _ = try Self.run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
            "-keyout",
            path("\(name).key"), "-out", path("\(name).csr"),
        ])
        _ = try Self.run([
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("\(authority).pem"), "-CAkey",
            path("\(authority).key"), "-CAcreateserial", "-days", "2", "-extfile", path("\(name).ext"),
            "-out",
            path("\(name).pem"),
        ])
    }

    /// Runs the command to its end, which `timeout` bounds.
    private static func run(_ arguments: [String], input: String = "") throws -> String {
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

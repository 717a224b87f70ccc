import Emulator
import Foundation
import Gateway
import GatewayConfiguration
import Synchronization
import TestSupport

/// A gateway in front of an emulator, whose keys can change one by one.
struct ReloadScene: Sendable {
    let gateway: RunningGateway
    let openssl: OpenSSL
    let input: ReloadInput

    var service: Service { gateway.service }

    /// The text that `openssl s_client` prints for a request to the callers' listener.
    func ask(_ arguments: String..., admin: Bool = false) async throws -> String {
        try await openssl.ask(port: admin ? service.adminPort : service.port, arguments)
    }

    /// Sends a request to the admin listener; returns the status, 0 if there is none.
    func admin(_ method: String, _ path: String, token: String? = nil) async throws -> Int {
        let port = service.adminPort
        let field = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let length = method == "POST" ? "Content-Length: 0\r\n" : ""
        let text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(field)\(length)\r\n"
        return try await offPool { try RawConnection(port: port).roundTrip(text).last?.status ?? 0 }
    }

    /// Returns the seconds until the gateway closes a connection that has sent `text`.
    func timeToClose(after text: String) async throws -> Double {
        let port = service.port
        return try await offPool {
            let connection = try RawConnection(port: port)
            let start = ContinuousClock.now
            if !text.isEmpty { try connection.send(text) }
            _ = connection.read(within: .seconds(4))
            let elapsed = ContinuousClock.now - start
            return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        }
    }

    func write(_ name: String, _ text: String) throws -> String {
        let path = openssl.path(name)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The access lines so far.
    var accessLines: [String] { gateway.log.filter { $0.contains("http.request.method") } }
}

/// The values that a gateway reads at its next reload, as YAML.
final class ReloadInput: Sendable {
    private let values: Mutex<[String: String]>

    init(_ values: [String: String]) { self.values = Mutex(values) }

    func set(_ key: String, _ value: String) { values.withLock { $0[key] = value } }

    func load() throws(ConfigurationProblems) -> LoadedConfiguration {
        let values = values.withLock { $0 }.map { ($0.key.split(separator: ".").map(String.init), $0.value) }
        return try Configuration.load(text: Self.text(values), name: "syncgate.yaml")
    }

    /// Returns the values as one mapping of YAML, section in section.
    private static func text(_ values: [(path: [String], value: String)]) -> String {
        let sections = Dictionary(grouping: values) { $0.path.first ?? "" }
        let members = sections.sorted { $0.key < $1.key }.map { name, inner in
            if let leaf = inner.first(where: { $0.path.count == 1 }) {
                let value = leaf.value
                return "\(name): \(value.hasPrefix("[") ? value : "\"\(value)\"")"
            }
            return "\(name): " + text(inner.map { (Array($0.path.dropFirst()), $0.value) })
        }
        return "{ " + members.joined(separator: ", ") + " }"
    }
}

/// Runs `body` beside a gateway with the given keys, and always ends it.
func withReloadScene<Value: Sendable>(
    _ keys: [String: String],
    _ body: (ReloadScene) async throws -> Value
) async throws -> Value {
    let openssl = try OpenSSL()
    return try await withEmulator { emulator in
        var values = [
            "listen.address": "127.0.0.1:0", "admin.address": "127.0.0.1:0", "workers": "2",
            "upstream.endpoint": emulator.endpoint, "drain.timeout": "2s",
        ]
        for (key, value) in keys {
            values[key] = value.replacing("FOLDER/", with: String(openssl.path("x").dropLast()))
        }
        let token = openssl.path("old-token")
        try "the-old-token-of-the-test".write(toFile: token, atomically: true, encoding: .utf8)
        let input = ReloadInput(values)
        let start = try input.load().configuration
        return try await withGateway(
            emulator.endpoint,
            configured: { $0 = start },
            reload: { () throws(ConfigurationProblems) in try input.load() }
        ) { try await body(ReloadScene(gateway: $0, openssl: openssl, input: input)) }
    }
}

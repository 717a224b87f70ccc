import CognitoSync
import Emulator
import Foundation
import Gateway
import TestSupport

/// The changes of limits, times and log, each seen from outside.
extension KeyChange {
    static let ofBounds: [Self] = [
        status("limits.header", "1KiB", with: ["limits.field": "512B"], 431) { scene in
            let fields = (0..<4).map { "X-\($0): " + String(repeating: "a", count: 400) + "\r\n" }.joined()
            return try await scene.gateway.get("/x", fields)?.status
        },
        status("limits.field", "256B", 431) { try await $0.gateway.get("/x", long(300))?.status },
        status("limits.fields", "8", 431) { scene in
            let fields = (0..<10).map { "X-\($0): a\r\n" }.joined()
            return try await scene.gateway.get("/x", fields)?.status
        },
        status("limits.target", "1KiB", 414) { scene in
            try await scene.gateway.get("/" + String(repeating: "a", count: 2000))?.status
        },
        status("limits.body", "1KiB", 413) { scene in
            try await scene.gateway.ask(Demo.post(Demo.dataset(), String(repeating: " ", count: 2000)))?
                .status
        },
        Self(key: "limits.bytes", value: "8MiB") {
            try await body(of: $0, "/status").contains("\"bytes\" : 8388608")
        },
        Self(key: "limits.connections", value: "1") { try await isRefusedBesideAnother($0) },
        Self(key: "limits.connections_per_peer", value: "1") { try await isRefusedBesideAnother($0) },
        Self(key: "limits.requests_per_connection", value: "1") { scene in
            try await scene.gateway.get("/x")?["connection"] == "close"
        },
        .part("limits.in_flight", "77"),
        Self(key: "timeouts.silent", value: "200ms") { try await $0.timeToClose(after: "") < 2 },
        Self(key: "timeouts.head", value: "200ms") { try await $0.timeToClose(after: "GET ") < 2.5 },
        Self(key: "timeouts.body", value: "200ms") { scene in
            let head = "POST \(Demo.dataset()) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"
            // Without a byte of a body the time is 2 s at most, whatever the key says.
            return try await scene.timeToClose(after: head) < 1.5
        },
        .part("timeouts.write", "11s"),
        Self(key: "timeouts.idle", value: "200ms") { try await $0.timeToClose(after: Demo.get("/x")) < 2 },
        Self(key: "timeouts.connection", value: "1ms") { scene in
            let port = scene.service.port
            return try await offPool {
                let connection = try RawConnection(port: port)
                usleep(20_000)
                return try connection.roundTrip(Demo.get("/x")).first?["connection"] == "close"
            }
        },
    ]

    static let ofLog: [Self] = [
        .part("log.level", "critical"),
        Self(key: "log.format", value: "text") { try await newAccessLine($0)?.hasPrefix("{") == false },
        Self(key: "log.access", value: "no") { try await newAccessLine($0) == nil },
        Self(key: "log.identities", value: "plain") { scene in
            try await newAccessLine(scene)?.contains("\(DemoData.identity)") == true
        },
        Self(
            key: "log.salt_file",
            value: "FOLDER/salt",
            before: { _ = try $0.write("salt", "0123456789abcdef0123456789abcdef") },
            isInForce: { scene in
                // HMAC-SHA-256 of the length of the pool's name, the pool and the identity.
                let message =
                    "\(DemoData.pool)".utf8.count.description + ":\(DemoData.pool)\(DemoData.identity)"
                _ = try scene.write("message", message)
                let text = try scene.openssl.run(
                    "dgst",
                    "-sha256",
                    "-mac",
                    "HMAC",
                    "-macopt",
                    "key:0123456789abcdef0123456789abcdef",
                    scene.openssl.path("message")
                )
                guard let digest = text.split(separator: " ").last?.prefix(16) else { return false }
                return try await newAccessLine(scene)?.contains(digest) == true
            }
        ),
        Self(
            key: "cache.token_key_file",
            value: "FOLDER/token-key",
            before: { scene in
                _ = try scene.write("token-key", String(repeating: "k", count: 32))
                _ = try await scene.gateway.get(Demo.dataset() + "/records")
            },
            isInForce: { scene in
                // Another key drops the pages, which carry tokens of the old one.
                let records = Demo.dataset() + "/records"
                return try await scene.gateway.get(records)?.cacheStatus.contains("hit") == false
            }
        ),
    ]

    private static func status(
        _ key: String,
        _ value: String,
        with: [String: String] = [:],
        _ wanted: Int,
        _ send: @escaping @Sendable (ReloadScene) async throws -> Int?
    ) -> Self {
        Self(key: key, value: value, with: with) { try await send($0) == wanted }
    }

    private static func long(_ count: Int) -> String {
        "X-Long: " + String(repeating: "a", count: count) + "\r\n"
    }

    private static func body(of scene: ReloadScene, _ path: String) async throws -> String {
        let port = scene.service.adminPort
        return try await offPool {
            try RawConnection(port: port).roundTrip("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").last?
                .text ?? ""
        }
    }

    /// Returns whether a connection is refused while another one is open.
    private static func isRefusedBesideAnother(_ scene: ReloadScene) async throws -> Bool {
        let port = scene.service.port
        // The connections of before may still be counted for a moment.
        try await Task.sleep(for: .milliseconds(300))
        return try await offPool {
            let first = try RawConnection(port: port)
            _ = try first.roundTrip(Demo.get("/x"))
            let second = try RawConnection(port: port).roundTrip(Demo.get("/x")).last?.status
            first.close()
            return second == 503
        }
    }

    /// Sends a request, and returns its access line; nil if there is none.
    private static func newAccessLine(_ scene: ReloadScene) async throws -> String? {
        let before = scene.gateway.log.count
        _ = try await scene.gateway.get(Demo.dataset() + "/records")
        try await Task.sleep(for: .milliseconds(200))
        return scene.gateway.log.dropFirst(before).first { $0.contains("ListRecords") }
    }
}

import Gateway
import GatewayConfiguration
import TestSupport
import Testing

/// Every key of the configuration, changed one by one while the gateway runs: in force, or named.
@Suite(.enabled(if: OpenSSL.available, "the openssl command is not installed"), .timeLimit(.minutes(10)))
struct ReloadTableTests {
    private static let changes =
        KeyChange.ofParts + KeyChange.ofListeners + KeyChange.ofTLS + KeyChange.ofBounds + KeyChange.ofLog

    @Test(arguments: Configuration.keys.map(\.key))
    func aChangedKeyIsInForceOrNamed(key: String) async throws {
        let known = try #require(Configuration.keys.first { $0.key == key })
        if known.restartReason != nil {
            let (before, after) = try #require(Self.waiting[key])
            return try await expectNamed(key, before: before, after: after)
        }
        let change = try #require(
            Self.changes.first { $0.key == key },
            "the table must show how to see that a new value of \(key) is in force"
        )
        try await withReloadScene(change.with) { scene in
            try await change.before(scene)
            scene.input.set(
                key,
                change.value.replacing("FOLDER/", with: String(scene.openssl.path("x").dropLast()))
            )
            // The key of TLS is seen by what a broken old file does, which would break the scene.
            if !key.hasSuffix("tls.key_file") {
                #expect(try await !change.isInForce(scene), "the change would be seen without a reload")
            }
            let result = await scene.service.reload()
            guard case .applied(_, let changed, let pending) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(changed == [key])
            #expect(pending.isEmpty)
            #expect(try await change.isInForce(scene))
        }
    }

    /// The keys that wait for a restart, each with the value of the scene and another one.
    private static let waiting = ["workers": ("2", "3"), "listen.reuse_port": ("no", "yes")]

    /// Changes a key that waits, and looks for it wherever it must be named.
    private func expectNamed(_ key: String, before: String, after: String) async throws {
        try await withReloadScene([:]) { scene in
            scene.input.set(key, after)
            let result = await scene.service.reload()
            guard case .applied(_, let changed, let pending) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(changed.isEmpty)
            #expect(pending.map(\.key) == [key])
            let port = scene.service.adminPort
            let (status, metrics) = try await offPool {
                let connection = try RawConnection(port: port)
                let status = try connection.roundTrip("GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                let metrics = try connection.roundTrip("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                return (status.last?.text ?? "", metrics.last?.text ?? "")
            }
            #expect(status.contains("\"key\" : \"\(key)\""))
            #expect(metrics.contains("syncgate_config_pending_restart 1\n"))
            try await eventually("the log names it") {
                scene.gateway.log.contains { $0.contains("waits for a restart") && $0.contains(key) }
            }
            scene.input.set(key, before)
            _ = await scene.service.reload()
            let last = try await offPool {
                try RawConnection(port: port).roundTrip("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            }
            #expect(last.last?.text.contains("syncgate_config_pending_restart 0\n") == true)
        }
    }
}

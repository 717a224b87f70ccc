import Foundation
import Gateway
import TestSupport

/// The changes of the listeners, of TLS and of who may call, each seen from outside.
extension KeyChange {
    static let ofListeners: [Self] = [
        Self(key: "listen.address", value: "unix:FOLDER/new.sock") { scene in
            let path = scene.openssl.path("new.sock")
            return try await offPool {
                (try? RawConnection(unixPath: path).roundTrip(Demo.get("/x")).first?.status) != nil
            }
        },
        Self(key: "listen.hosts", value: "[gateway.test]") { scene in
            try await scene.gateway.ask("GET /x HTTP/1.1\r\nHost: gateway.test\r\n\r\n")?.status == 404
        },
        Self(key: "listen.mode", value: "0600", with: ["listen.address": "unix:FOLDER/a.sock"]) { scene in
            mode(scene.openssl.path("a.sock")) == 0o600
        },
        Self(key: "listen.group", value: "\(getegid())", with: ["listen.address": "unix:FOLDER/a.sock"]) {
            scene in
            mode(scene.openssl.path("a.sock")) == 0o660
        },
        Self(key: "listen.health", value: "/healthz") { scene in
            try await scene.gateway.ask("GET /healthz HTTP/1.1\r\nHost: any.example\r\n\r\n")?.status == 200
        },
        Self(key: "listen.proxy_protocol", value: "optional", with: ["listen.trusted": "[127.0.0.0/8]"]) {
            scene in
            try await scene.gateway.ask("PROXY UNKNOWN\r\n" + Demo.get(Demo.dataset()))?.status == 200
        },
        Self(key: "listen.trusted", value: "[127.0.0.1]") { scene in
            let marker = UUID().uuidString
            _ = try await scene.gateway.get("/x", "X-Request-Id: \(marker)\r\nX-Forwarded-For: 192.0.2.9\r\n")
            try await eventually("the access line") { scene.accessLines.contains { $0.contains(marker) } }
            return scene.accessLines.contains { $0.contains(marker) && $0.contains("192.0.2.9") }
        },
        Self(
            key: "admin.address",
            value: "unix:FOLDER/admin.sock",
            isInForce: { FileManager.default.fileExists(atPath: $0.openssl.path("admin.sock")) }
        ),
        Self(
            key: "admin.token_file",
            value: "FOLDER/new-token",
            with: ["admin.token_file": "FOLDER/old-token"],
            before: { _ = try $0.write("new-token", "the-new-token-of-the-test") },
            isInForce: { scene in
                let new = try await scene.admin("DELETE", "/cache", token: "the-new-token-of-the-test")
                let old = try await scene.admin("DELETE", "/cache", token: "the-old-token-of-the-test")
                return (new, old) == (200, 401)
            }
        ),
        Self(
            key: "admin.streams_token_file",
            value: "FOLDER/new-token",
            before: { _ = try $0.write("new-token", "the-new-token-of-the-test") },
            isInForce: { try await $0.admin("POST", "/streams", token: "the-new-token-of-the-test") != 403 }
        ),
        Self(key: "admin.open", value: "yes", with: ["admin.address": "0.0.0.0:0"]) { scene in
            try await scene.admin("DELETE", "/cache") == 200
        },
        Self(key: "callers.origins", value: "[\"https://app.example\"]") { scene in
            try await scene.gateway.get(Demo.dataset(), "Origin: https://app.example\r\n")?.status == 200
        },
        Self(key: "allow.operations", value: "[ListRecords]") { scene in
            try await scene.gateway.get(Demo.dataset())?.status == 403
        },
        Self(key: "allow.identity_pools", value: "[\"us-east-1:00000000-0000-0000-0000-000000000000\"]") {
            scene in
            try await scene.gateway.get(Demo.dataset())?.status == 403
        },
    ]

    static let ofTLS: [Self] = ["listen", "admin"].flatMap { section -> [Self] in
        let isAdmin = section == "admin"
        let pair = [
            "\(section).tls.certificate_file": "FOLDER/server.pem",
            "\(section).tls.key_file": "FOLDER/server.key",
        ]
        let callers = pair.merging(["\(section).tls.client_ca_file": "FOLDER/ca.pem"]) { $1 }
        let spiffe: @Sendable (ReloadScene) -> [String] = { scene in
            ["-cert", scene.openssl.path("spiffe.pem"), "-key", scene.openssl.path("spiffe.key")]
        }
        @Sendable func isServed(_ scene: ReloadScene, _ arguments: [String]) async throws -> Bool {
            let port = isAdmin ? scene.service.adminPort : scene.service.port
            return try await scene.openssl.ask(port: port, arguments).contains("HTTP/1.1 ")
        }
        return [
            Self(
                key: "\(section).tls.certificate_file",
                value: "FOLDER/renewed.pem",
                with: pair,
                before: { scene in
                    let openssl = scene.openssl
                    _ = try openssl.run(
                        "x509",
                        "-req",
                        "-in",
                        openssl.path("server.csr"),
                        "-CA",
                        openssl.path("ca.pem"),
                        "-CAkey",
                        openssl.path("ca.key"),
                        "-set_serial",
                        "0x515151",
                        "-days",
                        "2",
                        "-out",
                        openssl.path("renewed.pem")
                    )
                },
                isInForce: { scene in
                    let port = isAdmin ? scene.service.adminPort : scene.service.port
                    return try await scene.openssl.serial(port: port).contains("515151")
                }
            ),
            // The old file holds another key from then on, so a reload that reads it would be refused.
            Self(
                key: "\(section).tls.key_file",
                value: "FOLDER/copy.key",
                with: pair,
                before: { scene in
                    let openssl = scene.openssl
                    try FileManager.default.copyItem(
                        atPath: openssl.path("server.key"),
                        toPath: openssl.path("copy.key")
                    )
                },
                isInForce: { scene in
                    let openssl = scene.openssl
                    try FileManager.default.removeItem(atPath: openssl.path("server.key"))
                    try FileManager.default.copyItem(
                        atPath: openssl.path("spiffe.key"),
                        toPath: openssl.path("server.key")
                    )
                    try await Task.sleep(for: .seconds(2.5))
                    return !scene.gateway.log.contains { $0.contains("cannot be used") }
                }
            ),
            Self(
                key: "\(section).tls.client_ca_file",
                value: "FOLDER/other.pem",
                with: callers,
                isInForce: { try await !isServed($0, spiffe($0)) }
            ),
            Self(
                key: "\(section).tls.client_crl_file",
                value: "FOLDER/ca.crl",
                with: callers,
                before: { _ = try $0.openssl.revocationList(revoking: ["spiffe"]) },
                isInForce: { try await !isServed($0, spiffe($0)) }
            ),
        ]
    }

    private static func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
    }
}

import CredentialSources
import Emulator
import Gateway
import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import SigV4
import Synchronization
import Telemetry
import TestSupport

/// The whole gateway, listening on loopback, as `syncgate serve` starts it.
struct RunningGateway: Sendable {
    let service: Service
    private let written: LogLines

    var port: Int { service.port }
    /// The lines that the gateway has logged so far.
    var log: [String] { written.all }

    /// The secret of the credentials, which no line may show.
    static let secretKey = Credentials.demo.secretAccessKey.text

    /// Starts a gateway in front of an upstream, with limits that no test reaches by accident.
    static func start(
        _ upstream: String,
        configured configure: (inout Configuration) -> Void = { _ in },
        credentials: any CredentialsSource = FixedCredentials(.demo),
        reload: (@Sendable () throws(ConfigurationProblems) -> LoadedConfiguration)? = nil
    ) async throws -> RunningGateway {
        let lines = LogLines()
        let launch = Service.Launch(
            environment: [:],
            credentials: credentials,
            output: LogOutput { lines.append($0) },
            reload: reload
        )
        let service = try await Service.start(configuration(upstream, configure), launch: launch)
        return RunningGateway(service: service, written: lines)
    }

    static func configuration(
        _ upstream: String,
        _ configure: (inout Configuration) -> Void = { _ in }
    ) -> Configuration {
        var configuration = Configuration()
        configuration.workers = 2
        configuration.listen.address = .tcp(host: "127.0.0.1", port: 0)
        configuration.admin.address = .tcp(host: "127.0.0.1", port: 0)
        configuration.upstream.endpoint = upstream
        (configuration.throttle.caller.rate, configuration.throttle.caller.burst) = (1_000_000, 1_000_000)
        (configuration.throttle.identity.rate, configuration.throttle.identity.burst) = (1_000_000, 1_000_000)
        (configuration.throttle.upstream.rate, configuration.throttle.upstream.burst) = (1_000_000, 1_000_000)
        configuration.drain.timeout = .seconds(2)
        configure(&configuration)
        return configuration
    }

    /// Sends one request on a connection of its own; returns the last response, nil if there is none.
    func ask(_ request: String) async throws -> RawResponse? {
        let port = port
        return try await offPool { try RawConnection(port: port).roundTrip(request).last }
    }

    /// Sends a GET to the admin listener and returns the body; nil if there is no response.
    func admin(_ target: String) async throws -> RawResponse? {
        let port = service.adminPort
        return try await offPool {
            try RawConnection(port: port).roundTrip("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n").last
        }
    }

    func get(_ path: String, _ fields: String = "") async throws -> RawResponse? {
        try await ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
    }
}

/// The lines that a gateway has logged.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ bytes: [UInt8]) { lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
}

/// Runs `body` beside a gateway, and always ends the gateway.
func withGateway<Value: Sendable>(
    _ upstream: String,
    configured configure: (inout Configuration) -> Void = { _ in },
    credentials: any CredentialsSource = FixedCredentials(.demo),
    reload: (@Sendable () throws(ConfigurationProblems) -> LoadedConfiguration)? = nil,
    _ body: (RunningGateway) async throws -> Value
) async throws -> Value {
    let gateway = try await RunningGateway.start(
        upstream,
        configured: configure,
        credentials: credentials,
        reload: reload
    )
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(gateway))
    } catch {
        result = .failure(error)
    }
    await gateway.service.drain()
    return try result.get()
}

/// Runs `body` beside an emulator with the demo data, and always ends the emulator.
func withEmulator<Value: Sendable>(
    _ configure: (inout EmulatorOptions) -> Void = { _ in },
    _ body: (Emulator) async throws -> Value
) async throws -> Value {
    var options = EmulatorOptions()
    options.demoData = true
    configure(&options)
    let emulator = try await Emulator.start(options: options, now: { wallClock() })
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(emulator))
    } catch {
        result = .failure(error)
    }
    await emulator.stop()
    return try result.get()
}

/// Returns the milliseconds since 1970, for the dates and the signature checks of the emulator.
func wallClock() -> Int64 { GatewayClock.system.wall() / 1_000_000 }

/// The paths of the demo data, and requests for them as text.
enum Demo {
    static let identity = "/identitypools/\(DemoData.pool)/identities/\(DemoData.identity)"

    static func dataset(_ name: String = DemoData.dataset) -> String { "\(identity)/datasets/\(name)" }

    static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
    }

    static func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Returns an UpdateRecords request for one record.
    static func update(
        _ name: String,
        token: String = "t",
        key: String = "k",
        value: String = "v",
        count: Int = 0
    ) -> String {
        let patch = #"{"Op":"replace","Key":"\#(key)","Value":"\#(value)","SyncCount":\#(count)}"#
        return post(dataset(name), #"{"SyncSessionToken":"\#(token)","RecordPatches":[\#(patch)]}"#)
    }
}

extension RawResponse {
    /// Whether the gateway made this response itself.
    var isOwn: Bool { self["x-syncgate-origin"] == "gateway" }
    var cacheStatus: String { self["cache-status"] ?? "" }
}

import Synchronization
import TestSupport

/// An issuer on 127.0.0.1 that gives its documents by path.
final class KeyServer: Sendable {
    private let server: ScriptedUpstream
    private let canned: Box

    /// The documents, which the script and the test share.
    private final class Box: Sendable {
        let value = Mutex<[String: CannedResponse]>([:])
    }

    init() throws {
        let canned = Box()
        self.canned = canned
        server = try ScriptedUpstream { received in
            let path = String(received.requestLine.split(separator: " ").dropFirst().first ?? "")
            return canned.value.withLock { $0[path] ?? CannedResponse(status: 404) }.steps
        }
    }

    var url: String { server.url }

    func give(_ canned: CannedResponse, at path: String = "/keys") {
        self.canned.value.withLock { $0[path] = canned }
    }

    func give(_ body: String, at path: String = "/keys") { give(CannedResponse(body: body), at: path) }

    /// The requests for a path so far.
    func requests(for path: String = "/keys") -> [ScriptedUpstream.Received] {
        server.received.filter { $0.requestLine.hasPrefix("GET \(path) ") }
    }

    func stop() { server.stop() }
}

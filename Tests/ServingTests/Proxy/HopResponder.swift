import HTTPTypes
import Messages
import Serving
import Synchronization

/// A responder that responds with the address of the caller.
///
/// It does so on the fast path too if it has one, and to plain GETs if it takes them over.
final class HopResponder: Responder {
    /// A connection that was refused for its PROXY header.
    struct HopRefusal: Equatable {
        let reason: Refusal
        let detail: String

        init(_ reason: Refusal, _ detail: String = "") {
            self.reason = reason
            self.detail = detail
        }
    }

    private struct Seen {
        var callers: [String] = []
        var refusals: [HopRefusal] = []
    }

    private let seen = Mutex(Seen())
    private let hasFastPath: Bool
    private let takesPlain: Bool

    init(hasFastPath: Bool = false, takesPlain: Bool = false) {
        self.hasFastPath = hasFastPath
        self.takesPlain = takesPlain
    }

    var callers: [String] { seen.withLock { $0.callers } }
    var refusals: [HopRefusal] { seen.withLock { $0.refusals } }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        echo(caller)
    }

    private func echo(_ caller: Caller) -> PendingResponse {
        seen.withLock { $0.callers.append(caller.address) }
        return .now(.text(caller.address))
    }

    func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        let named = Response(head: HTTPResponse(status: .ok), body: Array(caller.address.utf8))
        guard hasFastPath, response.writeFast(named) else { return false }
        seen.withLock { $0.callers.append(caller.address) }
        return true
    }

    func respond(toPlain request: FastPathRequest, from caller: Caller) -> PendingResponse? {
        guard takesPlain else { return nil }
        return echo(caller)
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .init(code: refusal.status)), body: Array("\(refusal)".utf8))
    }

    func hopRefused(_ refusal: Refusal, from caller: Caller, detail: String) {
        seen.withLock { $0.refusals.append(HopRefusal(refusal, detail)) }
    }
}

extension HopPolicy {
    /// Makes a policy whose networks are known to be right.
    init(_ proxyProtocol: ProxyProtocol, trusted: [String]) {
        self.init()
        self.proxyProtocol = proxyProtocol
        self.trusted = TrustedNetworks(trusted.compactMap { try? IPNetwork(parsing: $0) })
    }
}

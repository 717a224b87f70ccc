import CognitoSync
import HTTPTypes
import Logging
import Messages
import Serving
import Synchronization

/// The check that a request comes from a service, or from a web page that is listed.
///
/// The gateway signs with rights of its own. A browser on its network would lend them to any page that it
/// shows (threat T36).
extension Runtime {
    /// Returns the origin of a listed page; nil for a request that no page sent.
    ///
    /// - Throws: `webPage` or `misdirected`.
    func checkSite(_ request: Request) throws(GatewayError) -> String? {
        guard hosts.serves(request.head.authority) else {
            throw .misdirected(host: request.head.authority ?? "")
        }
        switch origins.verdict(on: request.head.headerFields) {
        case .direct: return nil
        case .listed(let origin): return origin
        case .refused: throw .webPage
        }
    }
}

/// The warnings about requests that were refused for their site: one for each kind, so that a browser cannot
/// fill the log.
final class SiteWarnings: Sendable {
    private let logger: Logger?
    private let wasHostRefused = Atomic(false)
    private let wasPageRefused = Atomic(false)

    init(_ logger: Logger? = nil) { self.logger = logger }

    func record(_ error: GatewayError) {
        switch error {
        case .misdirected(let host):
            guard !wasHostRefused.exchange(true, ordering: .relaxed) else { return }
            let name = APIError.quotable(host)
            logger?.warning(
                "'\(name)' is not served here; list it in listen.hosts if it is a name of this gateway"
            )
        case .webPage:
            guard !wasPageRefused.exchange(true, ordering: .relaxed) else { return }
            logger?.warning(
                "a request of a web page was refused; list its origin in callers.origins to serve it"
            )
        default: break
        }
    }
}

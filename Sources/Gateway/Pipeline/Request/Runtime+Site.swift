import HTTPTypes
import Messages
import Serving

/// The check that a request comes from a service, or from a web page that is listed.
///
/// The gateway signs with rights of its own. A browser on its network would lend them to any page that it
/// shows (threat T36).
extension Runtime {
    /// Returns the name of a listed page; nil for a request that no page sent.
    ///
    /// - Throws: `webPage` or `misdirected`.
    func checkSite(_ request: Request) throws(GatewayError) -> String? {
        guard hosts.serves(request.head.authority) else {
            throw .misdirected(host: request.head.authority ?? "")
        }
        switch pages.verdict(on: request.head.headerFields) {
        case .direct: return nil
        case .listed(let page): return page
        case .refused: throw .webPage
        }
    }
}

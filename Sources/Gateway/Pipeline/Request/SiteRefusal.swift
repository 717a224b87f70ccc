import CognitoSync
import HTTPTypes
import Messages
import Serving

/// The reason to refuse a request for the site that it comes from, or that it is meant for.
enum SiteRefusal: Error, Equatable {
    /// A name in `Host` that is not served.
    case host(String)
    /// A web page that is not listed.
    case page

    /// The error as the caller sees it.
    var apiError: APIError {
        switch self {
        case .host(let name):
            .misdirected(
                "'\(APIError.quotable(name))' is not served here; list it in listen.hosts to serve it"
            )
        case .page:
            .accessDenied(
                "requests of web pages are not served; list the origin of the page in callers.origins"
            )
        }
    }
}

/// The check that a request comes from a service, or from a web page that is listed.
///
/// The gateway signs with rights of its own. A browser on its network would lend them to any page that it
/// shows (threat T36).
extension Runtime {
    /// Returns the name of a listed page; nil for a request that no page sent.
    func checkSite(_ request: Request) throws(SiteRefusal) -> String? {
        guard hosts.serves(request.head.authority) else { throw .host(request.head.authority ?? "") }
        switch pages.verdict(on: request.head.headerFields) {
        case .direct: return nil
        case .listed(let page): return page
        case .refused: throw .page
        }
    }
}

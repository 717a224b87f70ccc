import CognitoSync
import Logging
import Synchronization

/// The warnings about requests that were refused for their site: one for each kind, so that a browser cannot
/// fill the log.
final class SiteWarnings: Sendable {
    private let logger: Logger?
    private let wasHostRefused = Atomic(false)
    private let wasPageRefused = Atomic(false)

    init(_ logger: Logger? = nil) { self.logger = logger }

    func record(_ refusal: SiteRefusal) {
        switch refusal {
        case .host(let host):
            guard !wasHostRefused.exchange(true, ordering: .relaxed) else { return }
            let name = APIError.quotable(host)
            logger?.warning(
                "'\(name)' is not served here; list it in listen.hosts if it is a name of this gateway"
            )
        case .page:
            guard !wasPageRefused.exchange(true, ordering: .relaxed) else { return }
            logger?.warning(
                "a request of a web page was refused; list its origin in callers.origins to serve it"
            )
        }
    }
}

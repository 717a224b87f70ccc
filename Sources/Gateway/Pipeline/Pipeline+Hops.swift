import CognitoSync
import HTTPTypes
package import Messages
package import Serving
import Telemetry

/// The words with load balancers: health, and PROXY headers that were refused.
extension Pipeline {
    package func hopRefused(_ refusal: Refusal, from caller: Caller, detail: String) {
        hopNotices?.record(refusal, from: caller, detail: detail)
    }

    /// Responds by the checks of `/readyz`; so a gateway that drains has none but 503.
    ///
    /// Load balancers ask all the time: only a failure has an access line.
    package func health(from caller: Caller) -> Response {
        guard checks().allSatisfy({ $0.isPassing || $0.isAdvisory }) else {
            let context = RequestContext(refusedFrom: caller, under: currentRuntime, at: clock)
            return finish(.invalid(.transport(status: 503, "the gateway is not ready")), of: context).response
        }
        let fields: HTTPFields = [.contentType: "text/plain", .cacheControl: "no-store"]
        return Response(head: HTTPResponse(status: .ok, headerFields: fields), body: Array("ok\n".utf8))
    }
}

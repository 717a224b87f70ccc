import HTTPTypes
import Messages
package import Serving

/// The regular path of a plain GET that is no hit, from its admission on.
///
/// The steps before that have been taken on the bytes. They are one whole GET without a body. No field names a web page
/// or a cache directive. The event loop has seen the host served, and the caller recognised, under the runtime in
/// force. All that follows is the code of the regular path.
extension Pipeline {
    package func respond(toPlain request: FastPathRequest, from caller: Caller) -> PendingResponse? {
        let runtime = currentRuntime.value
        let start = clock.monotonic()
        // If callers must be known, the regular path refuses a request of nobody, and charges for it.
        guard let fastPath, fastPath.serves(request.host, generation: runtime.generation),
            let known = recognised(request, from: caller, generation: runtime.generation, now: start),
            known.caller != nil || runtime.callers == nil
        else { return nil }
        let target = request.target.text
        var context = RequestContext(
            request,
            to: target,
            id: fastPath.requestID(of: request),
            from: caller,
            under: runtime,
            start: start,
            wall: clock.wall()
        )
        if let known = known.caller { context.recordCaller(known) }
        do throws(GatewayError) {
            return try respond(to: request.whole(to: target), after: nil, context: &context)
        } catch {
            return .now(finish(error, of: context))
        }
    }
}

extension FastPathRequest {
    /// Returns the request with the one field that its decoding reads.
    ///
    /// - Parameter target: The text of its target.
    fileprivate func whole(to target: String) -> Request {
        var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: target)
        if let credential, credential.kind == .authorization {
            head.headerFields.append(HTTPField(name: .authorization, value: credential.bytes.text))
        }
        return Request(head: head)
    }
}

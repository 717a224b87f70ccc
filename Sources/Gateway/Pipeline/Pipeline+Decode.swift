import CognitoSync
import GatewayConfiguration
import Messages
import Policy
import Serving

/// The decoding of an admitted request, and the check that its operation is permitted.
extension Pipeline {
    func decode(_ request: Request, context: inout RequestContext) throws(GatewayError) -> Operation {
        let decoded: DecodedRequest
        do throws(APIError) {
            var request = request
            context.runtime.callers?.takeToken(out: &request)
            let policy = context.runtime.configuration.callers.signatures
            try CallerSignature.applySignaturePolicy(&request, by: policy)
            decoded = try RequestDecoder.decode(request)
        } catch {
            context.form = RequestDecoder.form(of: request)
            throw .invalid(error)
        }
        context.recordDecoded(decoded)
        try authorise(decoded.operation, context: &context)
        return decoded.operation
    }

    /// Decodes a long body on a thread that serves no connection, then goes on as usual.
    ///
    /// The slot bounds the bodies that wait for such a thread.
    func decodeElsewhere(
        _ request: Request,
        context: RequestContext
    ) throws(GatewayError) -> PendingResponse {
        let slot = try acquire(for: .wait, by: context.known)
        return .later { [self] in
            var context = context
            let result: Result<Operation, GatewayError>
            (result, context) = await withTaskExecutorPreference(globalConcurrentExecutor) {
                await decoded(request, context: context)
            }
            slot.release()
            do throws(GatewayError) {
                switch try route(try result.get(), context: &context) {
                case .now(let response): return response
                case .later(let work): return await work()
                }
            } catch {
                return finish(error, of: context)
            }
        }
    }

    /// Decodes a request on the executor of the task.
    private func decoded(
        _ request: Request,
        context: RequestContext
    ) async -> (Result<Operation, GatewayError>, RequestContext) {
        var context = context
        do throws(GatewayError) {
            return (.success(try decode(request, context: &context)), context)
        } catch {
            return (.failure(error), context)
        }
    }
}

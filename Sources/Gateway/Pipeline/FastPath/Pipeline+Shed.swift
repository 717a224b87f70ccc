import CognitoSync
import HTTPTypes
import Messages
import Policy
package import Serving
import Telemetry

/// The shedding of requests: refused from their bytes, because nothing more can be forwarded.
///
/// The response is the one that a failed `acquire` leads to on the regular path. Its bytes are made once.
extension Pipeline {
    package func shed(
        _ request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        let start = clock.monotonic()
        guard let fastPath, fastPath.serves(request.host, generation: currentRuntime.generation),
            admission.concurrency.rejectsUndecoded(now: start),
            let rejection = Self.overloaded
        else { return false }
        let requestID = fastPath.requestID(of: request)
        response.begin()
        response.append(FastPathText.requestID)
        response.append(requestID)
        response.append(FastPathText.amznRequestID)
        response.append(requestID)
        response.endLine()
        response.finish(rejection.response)

        reporter.metrics.count(.refused(.inFlight))
        var record = RequestRecord(request, id: requestID, from: caller, start: start, wall: clock.wall())
        record.status = rejection.status
        record.errorName = rejection.errorName
        record.reason = .queue
        record.bytesOut = rejection.bodyLength
        record.end = clock.monotonic()
        reporter.record(record)
        return true
    }

    package func eventLoopWasLate(by lag: Duration) {
        admission.concurrency.recordLag(lag.wholeNanoseconds, now: clock.monotonic())
    }

    /// A rejection whose bytes are ready, with the facts that its record needs.
    private struct PreparedRejection {
        let response: PreparedResponse
        let status: Int
        let errorName: String?
        let bodyLength: Int
    }

    private static let overloaded: PreparedRejection? = {
        var response = GatewayError.overloaded.response(form: .rest)
        response.head.headerFields.appendCommonFields()
        return PreparedResponse(response).map { prepared in
            PreparedRejection(
                response: prepared,
                status: response.head.status.code,
                errorName: response.errorName,
                bodyLength: response.body.count
            )
        }
    }()
}

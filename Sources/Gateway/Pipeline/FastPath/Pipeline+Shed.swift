import CognitoSync
import HTTPTypes
import Messages
import Policy
package import Serving

/// The shortest life of a request: refused from its bytes, because nothing more can be forwarded.
///
/// The answer is the one that `acquire` leads to on the long way, its bytes made once.
extension Pipeline {
    package func shed(
        _ request: FastPathRequest,
        from caller: Caller,
        into answer: inout ResponseBuffer
    ) -> Bool {
        let start = clock.monotonic()
        guard let fastPath, admission.refusesUnseen(now: start), let prepared = Self.overloaded else {
            return false
        }
        let requestID = fastPath.requestID(of: request)
        answer.begin()
        answer.append(FastPathText.requestID)
        answer.append(requestID)
        answer.endLine()
        answer.finish(prepared.answer)

        telemetry.metrics.count(.refused(.inFlight))
        var record = RequestRecord(request, id: requestID, from: caller, start: start, wall: clock.wall())
        record.status = prepared.status
        record.errorName = prepared.errorName
        record.bytesOut = prepared.bodyLength
        record.end = clock.monotonic()
        telemetry.record(record)
        return true
    }

    package func eventLoopWasLate(by lag: Duration) {
        admission.recordLag(lag.wholeNanoseconds, now: clock.monotonic())
    }

    private struct Refusal {
        let answer: PreparedResponse
        let status: Int
        let errorName: String?
        let bodyLength: Int
    }

    private static let overloaded: Refusal? = {
        var response = GatewayError.overloaded.response(form: .rest)
        response.head.headerFields.appendCommonFields()
        return PreparedResponse(response).map { answer in
            Refusal(
                answer: answer,
                status: response.head.status.code,
                errorName: response.errorName,
                bodyLength: response.body.count
            )
        }
    }()
}

import CognitoSync
import HTTPTypes
import Messages
import Policy
package import Serving

/// The shortest life of a request: refused from its bytes, because nothing more can be forwarded.
///
/// The answer is the one that `enter` leads to on the long way, its bytes made once.
extension Pipeline {
    package func shed(_ request: HotRequest, from peer: Peer, into answer: inout AnswerBuffer) -> Bool {
        let start = clock.monotonic()
        guard let hot, admission.refusesUnseen(now: start), let prepared = Self.overloaded else {
            return false
        }
        let requestID = hot.requestID(of: request)
        answer.begin()
        answer.append(HotText.requestID)
        answer.append(requestID)
        answer.endLine()
        answer.finish(prepared.answer)

        telemetry.metrics.count(.refused(.inFlight))
        var exchange = Exchange(request, id: requestID, from: peer, start: start, wall: clock.wall())
        exchange.status = prepared.status
        exchange.errorName = prepared.errorName
        exchange.bytesOut = prepared.bodyLength
        exchange.end = clock.monotonic()
        telemetry.record(exchange)
        return true
    }

    package func eventLoopWasLate(by lag: Duration) {
        admission.noteLag(lag.wholeNanoseconds, now: clock.monotonic())
    }

    private struct Refusal {
        let answer: PreparedAnswer
        let status: Int
        let errorName: String?
        let bodyLength: Int
    }

    private static let overloaded: Refusal? = {
        var response = GatewayError.overloaded.response(form: .rest)
        response.head.headerFields.appendCommonFields()
        return PreparedAnswer(response).map { answer in
            Refusal(
                answer: answer,
                status: response.head.status.code,
                errorName: response.errorName,
                bodyLength: response.body.count
            )
        }
    }()
}

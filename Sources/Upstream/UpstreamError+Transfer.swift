import CCurl

/// How a transfer that gave no answer is told to its caller.
enum Outcome {
    /// Derives the error from what happened; the code alone does not say how far the call got.
    ///
    /// `.notSent` needs proof: libcurl never asked whether it may send. An answer that libcurl itself would not
    /// read (`CURLE_UNSUPPORTED_PROTOCOL`, `CURLE_WEIRD_SERVER_REPLY`, in a transfer that was sent) is one of
    /// which something came.
    static func error(_ code: CURLcode, _ transfer: Transfer) -> UpstreamError {
        let refusedByLibrary = code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY
        let phase: UpstreamError.Phase =
            if !transfer.wasSent {
                .notSent
            } else if transfer.sawAnswer || refusedByLibrary {
                .partlyReceived
            } else {
                .sent
            }
        if let fault = transfer.fault {
            return UpstreamError(fault.kind, phase: phase, detail: fault.detail)
        }
        if transfer.wasStoppedFromRepeating {
            return UpstreamError(.cut, phase: phase, detail: "connection ended after the request was sent")
        }
        let text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0).lowercased() }
        return UpstreamError(kind(code, phase), phase: phase, detail: text ?? "unknown failure")
    }

    private static func kind(_ code: CURLcode, _ phase: UpstreamError.Phase) -> UpstreamError.Kind {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_CHUNK_FAILED:
            phase == .notSent ? .unreachable : .malformed
        case CURLE_OUT_OF_MEMORY:
            // What libcurl also says of a line that is longer than its own bound.
            phase == .notSent ? .unavailable : .tooLarge
        default:
            phase == .notSent ? .unreachable : .cut
        }
    }
}

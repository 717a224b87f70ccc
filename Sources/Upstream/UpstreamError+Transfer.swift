import CCurl

extension UpstreamError {
    /// Creates the error of a transfer that gave no response.
    ///
    /// libcurl's code alone does not tell how far the request got. `.notSent` needs proof: libcurl never
    /// asked whether it may send. In a transfer that was sent, `CURLE_UNSUPPORTED_PROTOCOL` and
    /// `CURLE_WEIRD_SERVER_REPLY` mean that libcurl read something and refused it: `.partlyReceived`.
    init(_ code: CURLcode, of transfer: Transfer) {
        let refusedByLibrary = code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY
        let phase: Phase =
            if !transfer.wasSent {
                .notSent
            } else if transfer.sawResponse || refusedByLibrary {
                .partlyReceived
            } else {
                .sent
            }
        if let fault = transfer.fault {
            self.init(fault.kind, phase: phase, detail: fault.detail)
        } else if transfer.wasStoppedFromRepeating {
            self.init(.cut, phase: phase, detail: "connection ended after the request was sent")
        } else {
            let text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0).lowercased() }
            self.init(Self.kind(code, phase), phase: phase, detail: text ?? "unknown failure")
        }
    }

    private static func kind(_ code: CURLcode, _ phase: Phase) -> Kind {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_CHUNK_FAILED:
            phase == .notSent ? .unreachable : .malformed
        case CURLE_OUT_OF_MEMORY:
            // libcurl also returns this code for a line that is longer than its own limit.
            phase == .notSent ? .unavailable : .tooLarge
        default:
            phase == .notSent ? .unreachable : .cut
        }
    }
}

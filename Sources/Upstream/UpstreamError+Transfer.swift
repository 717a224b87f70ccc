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
        let evidence = Evidence(code, of: transfer)
        if let fault = transfer.fault {
            self.init(fault.kind, phase: phase, detail: fault.detail)
        } else if transfer.wasStoppedFromRepeating {
            self.init(.cut, phase: phase, detail: "connection ended after the request was sent")
        } else {
            let text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0).lowercased() }
            let kind = Self.kind(code, phase)
            let cause = Cause(code, evidence.text ?? "") ?? Cause(kind, phase)
            self.init(kind, phase: phase, cause: cause, detail: text ?? "unknown failure")
        }
        self.evidence = evidence
    }

    /// Creates the error of a transfer whose deadline has passed.
    ///
    /// - Parameter now: The monotonic time of the check, in nanoseconds.
    init(lateAt now: Int64, of transfer: Transfer) {
        self.init(CURLE_OK, of: transfer)
        kind = .timedOut
        detail = "no response in time"
        cause =
            if phase == .notSent {
                .timeoutConnect
            } else if let firstByteDue = transfer.firstByteDue, firstByteDue <= now {
                .timeoutFirstByte
            } else {
                .timeoutTotal
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

extension UpstreamError.Cause {
    /// Creates the cause that a code of libcurl tells; nil if the code alone tells none.
    ///
    /// - Parameter text: The sentence of libcurl, where one code has two causes.
    fileprivate init?(_ code: CURLcode, _ text: String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self = .dns
        case CURLE_OPERATION_TIMEDOUT where text.hasPrefix("Resolving"):
            self = .dns
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED:
            self = .tls
        case CURLE_RECV_ERROR where text.contains(" alert "):
            // In TLS 1.3 the other side can refuse a handshake that this side has finished.
            self = .tls
        default:
            return nil
        }
    }
}

extension UpstreamError.Evidence {
    init(_ code: CURLcode, of transfer: Transfer) {
        self.init(
            code: Int32(clamping: code.rawValue),
            systemError: Int32(clamping: transfer.easy.systemError),
            address: transfer.easy.address ?? transfer.triedAddress?.description,
            text: transfer.easy.errorText
        )
    }
}

import CCurl

extension UpstreamError {
    /// Creates the error of a request that got no response.
    ///
    /// - Parameter code: The result code of libcurl; `CURLE_OK` where the upstream ended the connection, or where
    ///   the response was refused.
    init(_ code: CURLcode, of connection: Connection) {
        let transfer = connection.transfer
        let phase = transfer?.phase ?? .notSent
        let evidence = Evidence(code, of: connection)
        if let fault = transfer?.fault {
            self.init(fault.kind, phase: phase, detail: fault.detail)
        } else if code == CURLE_OK {
            self.init(.cut, phase: phase, detail: Self.detail(ofEndIn: transfer))
        } else {
            let text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0).lowercased() }
            let kind = Self.kind(code, phase)
            let cause = Cause(code, evidence.text ?? "") ?? Cause(kind, phase)
            self.init(kind, phase: phase, cause: cause, detail: text ?? "unknown failure")
        }
        self.evidence = evidence
    }

    /// Creates the error of a request whose deadline has passed.
    ///
    /// - Parameter now: The monotonic time of the check, in nanoseconds.
    init(lateAt now: Int64, of connection: Connection) {
        self.init(CURLE_OK, of: connection)
        kind = .timedOut
        detail = "no response in time"
        cause =
            if phase == .notSent {
                .timeoutConnect
            } else if let firstByteDue = connection.transfer?.firstByteDue, firstByteDue <= now {
                .timeoutFirstByte
            } else {
                .timeoutTotal
            }
    }

    private static func detail(ofEndIn transfer: Transfer?) -> String {
        guard let transfer, transfer.response.hasLine else {
            return "connection ended after the request was sent"
        }
        return transfer.response.stage == .body ? "response body cut off" : "response head cut off"
    }

    private static func kind(_ code: CURLcode, _ phase: Phase) -> Kind {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_OUT_OF_MEMORY where phase == .notSent: .unavailable
        default: phase == .notSent ? .unreachable : .cut
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
    init(_ code: CURLcode, of connection: Connection) {
        self.init(
            code: Int32(clamping: code.rawValue),
            systemError: Int32(clamping: connection.easy.systemError),
            address: connection.easy.address ?? connection.triedAddress?.description,
            text: connection.easy.errorText
        )
    }
}

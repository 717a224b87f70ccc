package import CognitoSync
import HTTPTypes
package import Messages
package import Policy

/// The class of a whole HTTP response of upstream.
///
/// Errors of AWS pass like other responses. An error of the gateway itself does not pass: the caller can
/// change nothing about its signature, its credentials or its rights.
package enum ClassifiedResponse: Sendable {
    /// A response to pass on, with the fields of the allow-list only.
    ///
    /// The scan of a page comes with it, or the change that a write made, so that its body is read once.
    case response(Response, page: RecordsPage? = nil, change: RecordChange? = nil)
    /// A refusal of the signature, before upstream looked at the request. It may be signed and sent again.
    case signatureRefused(SignatureRefusal)
    /// A refusal because the credentials of the gateway lack a right; the name is AWS's.
    case rightsRefused(String)
    case malformed(String)

    package enum SignatureRefusal: Sendable, Equatable {
        /// Clocks that differ too much.
        case clock(name: String)
        /// Credentials that are expired or unknown.
        case credentials(name: String)

        package var name: String {
            switch self {
            case .clock(let name), .credentials(let name): name
            }
        }
    }

    package init(_ response: WireResponse, to operation: OperationName) {
        let status = response.status
        switch status {
        case 200:
            self = Self.success(response, to: operation)
        case 400..<600:
            let name = Response(response).errorName
            if let refusal = Self.refusal(name, message: response.body) {
                self = .signatureRefused(refusal)
            } else if name == "AccessDeniedException" || name == "AccessDenied" || name == "OptInRequired" {
                self = .rightsRefused(name ?? "AccessDeniedException")
            } else if status == 407 {
                // A proxy on the way asks the gateway for credentials, which a caller does not have.
                self = .malformed("status \(status)")
            } else {
                self = .response(response.allowed)
            }
        default:
            self = .malformed("status \(status)")
        }
    }

    /// Returns the class of a 200.
    ///
    /// Its body must be one of the operation.
    ///
    /// That is a JSON object, or nothing for a write: some writes have no output.
    private static func success(_ response: WireResponse, to operation: OperationName) -> Self {
        do {
            switch operation {
            case .listRecords:
                return .response(response.allowed, page: try RecordsPage.scan(response.body))
            case .updateRecords:
                let (update, allowed) = (try UpdateRecordsResponse.scan(response.body), response.allowed)
                return .response(allowed, change: RecordChange(update.records, of: allowed))
            default:
                if operation.isRead || !response.body.isEmpty { try checkObject(response.body) }
                return .response(response.allowed)
            }
        } catch {
            return .malformed("the body of a 200 is not one of '\(operation.rawValue)'")
        }
    }

    private static func checkObject(_ body: [UInt8]) throws(JSONError) {
        var reader = JSONReader(body, from: .upstream)
        try reader.object { (reader, _) throws(JSONError) in _ = try reader.skip() }
        try reader.finish()
    }

    private static func refusal(_ name: String?, message: [UInt8]) -> SignatureRefusal? {
        switch name {
        case "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId",
            "MissingAuthenticationTokenException", "MissingAuthenticationToken", "IncompleteSignature",
            "IncompleteSignatureException":
            return .credentials(name: name ?? "")
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture":
            return .clock(name: name ?? "")
        case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure":
            // One name for two faults. Only the text of a wrong clock has "Signature expired" or "not yet
            // current".
            let isClock =
                message.firstRange(of: "ignature expired".utf8) != nil
                || message.firstRange(of: "not yet current".utf8) != nil
            return isClock ? .clock(name: name ?? "") : .credentials(name: name ?? "")
        default:
            return nil
        }
    }
}

extension WireResponse {
    /// Returns the name of a field in the spelling of the gateway; nil if the field is not passed on.
    private func allowedName(_ line: FieldLines.Line) -> HTTPField.Name? {
        switch line.name.count {
        case 11 where fields.isNamed(line, "retry-after"): .retryAfter
        case 12 where fields.isNamed(line, "content-type"): .contentType
        case 16 where fields.isNamed(line, "x-amzn-requestid"): .amznRequestID
        case 16 where fields.isNamed(line, "x-amzn-errortype"): .amznErrorType
        case 17 where fields.isNamed(line, "x-amz-retry-after"): .amzRetryAfter
        default: nil
        }
    }

    /// The response with the fields of the allow-list only.
    ///
    /// No other field of upstream concerns a caller.
    var allowed: Response {
        var allowed = HTTPFields()
        // Room for these, and for the fields that the gateway adds.
        allowed.reserveCapacity(10)
        for line in fields.lines {
            // None of them is a list: only the first field of a name counts.
            guard let name = allowedName(line), !allowed.contains(name) else { continue }
            allowed.append(field(line, as: name))
        }
        return Response(head: HTTPResponse(status: .init(code: status), headerFields: allowed), body: body)
    }
}

extension Response {
    /// The approximate memory of the response, in bytes: its body, and its few fields.
    var cost: Int { body.count + 256 }
}

extension WriteOutcome {
    init(_ forwarded: Forwarded) {
        guard !forwarded.isOfUnknownOutcome else {
            self = .unknown
            return
        }
        switch forwarded.result {
        case .success(let response) where response.head.status.code < 300:
            self = .applied(forwarded.change)
        case .success(let response): self = response.head.status.code == 409 ? .conflict : .rejected
        case .failure: self = .rejected
        }
    }
}

extension Forwarded {
    /// Whether a write with this result may or may not have been applied.
    var isOfUnknownOutcome: Bool {
        switch result {
        case .success(let response):
            !(200..<300).contains(response.head.status.code)
                && !(400..<500).contains(response.head.status.code)
        case .failure(let error): error.mayHaveBeenApplied
        }
    }
}

extension RecordChange {
    init?(_ records: [RecordRange], of response: Response) {
        self.init(records, of: response.body, requestID: response.head.headerFields.value(of: .amznRequestID))
    }
}

extension Observation {
    /// Returns nil unless the result is a page of ListRecords.
    init?(_ forwarded: Forwarded, since: Int64) {
        guard let page = forwarded.page, case .success(let response) = forwarded.result else { return nil }
        let requestID = response.head.headerFields.value(of: .amznRequestID)
        self.init(page, of: response.body, since: since, requestID: requestID)
    }
}

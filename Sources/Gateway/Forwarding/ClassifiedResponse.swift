package import CognitoSync
import HTTPTypes
package import Messages
import Policy

/// What a whole HTTP answer of the origin means for the gateway.
///
/// AWS's own errors are answers like any other and pass. What is the gateway's fault, its signature, its
/// credentials or its rights, does not: the caller could do nothing about it.
package enum ClassifiedResponse: Sendable {
    /// To be passed on, reduced to the fields of the allow-list; and what the check of a success found, so that
    /// nobody has to scan its body again.
    case answer(Response, page: RecordsPage? = nil, update: UpdateRecordsResponse? = nil)
    /// Refused before it was looked at, because of how it was signed: it may be signed anew and sent again.
    case signatureRefused(SignatureRefusal)
    /// Refused because of what the gateway's credentials may do.
    case rightsRefused(String)
    case malformed(String)

    package enum SignatureRefusal: Sendable, Equatable {
        /// The clocks differ too much.
        case clock(name: String)
        /// The credentials are expired or unknown.
        case credentials(name: String)

        package var name: String {
            switch self {
            case .clock(let name), .credentials(let name): name
            }
        }
    }

    package init(_ response: Response, to operation: OperationName) {
        let status = response.head.status.code
        switch status {
        case 200:
            self = Self.success(response, to: operation)
        case 400..<600:
            let name = response.errorName
            if let refusal = Self.refusal(name, message: response.body) {
                self = .signatureRefused(refusal)
            } else if name == "AccessDeniedException" || name == "AccessDenied" || name == "OptInRequired" {
                self = .rightsRefused(name ?? "AccessDeniedException")
            } else {
                self = .answer(response.allowed)
            }
        default:
            self = .malformed("status \(status)")
        }
    }

    /// A success is one only if its body is what the operation answers with: a JSON object, or nothing for a
    /// write, some of which have no output.
    private static func success(_ response: Response, to operation: OperationName) -> Self {
        do {
            switch operation {
            case .listRecords:
                return .answer(response.allowed, page: try RecordsPage.scan(response.body))
            case .updateRecords:
                return .answer(response.allowed, update: try UpdateRecordsResponse.scan(response.body))
            default:
                if operation.isRead || !response.body.isEmpty { try checkObject(response.body) }
                return .answer(response.allowed)
            }
        } catch {
            return .malformed("the body of a 200 is not \(operation.rawValue)'s answer")
        }
    }

    private static func checkObject(_ body: [UInt8]) throws(JSONError) {
        var reader = JSONReader(body, surrogates: .any)
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
            // One name for two faults: only the clock's has "Signature expired" or "not yet current" in its text.
            let isClock =
                message.firstRange(of: "ignature expired".utf8) != nil
                || message.firstRange(of: "not yet current".utf8) != nil
            return isClock ? .clock(name: name ?? "") : .credentials(name: name ?? "")
        default:
            return nil
        }
    }
}

extension Response {
    private static let allowedNames: [HTTPField.Name] = [
        .contentType, .amznRequestID, .amznErrorType, .retryAfter, .amzRetryAfter,
    ]

    /// The name as the gateway spells it; nil if it is not to go on.
    ///
    /// Most differ in length already, which takes less to find out than a comparison.
    private static func allowedName(_ given: HTTPField.Name) -> HTTPField.Name? {
        let length = given.canonicalName.utf8.count
        return allowedNames.first { $0.canonicalName.utf8.count == length && $0 == given }
    }

    /// Only what is worth a caller's while goes on: everything else of the origin's head is its own business.
    var allowed: Response {
        var fields = HTTPFields()
        // These, and what the gateway's own answers have besides.
        fields.reserveCapacity(2 * Self.allowedNames.count)
        for index in head.headerFields.indices {
            // None of them is a list: what comes a second time is not looked at.
            guard let name = Self.allowedName(head.headerFields[index].name), !fields.contains(name)
            else { continue }
            var field = head.headerFields[index]
            field.name = name
            fields.append(field)
        }
        var response = self
        response.head.headerFields = fields
        return response
    }

    /// About what it takes to keep the answer: its body, and its few fields.
    var cost: Int { body.count + 256 }
}

extension WriteOutcome {
    init(_ forwarded: Forwarded) {
        switch forwarded.result {
        case .success(let response):
            switch response.head.status.code {
            case 200..<300:
                self = .applied(forwarded.update.flatMap { RecordChange($0.records, of: response) })
            case 409: self = .conflict
            case 400..<500: self = .rejected
            default: self = .unknown
            }
        case .failure(let error):
            self = error.mayHaveBeenApplied ? .unknown : .rejected
        }
    }
}

extension RecordChange {
    init?(_ records: [RecordRange], of response: Response) {
        self.init(records, of: response.body, requestID: response.head.headerFields.value(of: .amznRequestID))
    }
}

extension Observation {
    /// Nil unless it is a page of ListRecords.
    init?(_ forwarded: Forwarded, since: Int64) {
        guard let page = forwarded.page, case .success(let response) = forwarded.result else { return nil }
        let requestID = response.head.headerFields.value(of: .amznRequestID)
        self.init(page, of: response.body, since: since, requestID: requestID)
    }
}

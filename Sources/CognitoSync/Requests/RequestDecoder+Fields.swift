import HTTPTypes
import Messages

extension RequestDecoder {
    /// Returns the operation that X-Amz-Target names, or nil without the field.
    static func targetName(_ request: Request) throws(APIError) -> OperationName? {
        let fields = request.head.headerFields[fields: .amzTarget]
        guard let first = fields.first else { return nil }
        guard fields.count == 1 else { throw .invalidParameter("X-Amz-Target is given more than once.") }
        var text = first.value[...]
        if text.hasPrefix("com.amazonaws.cognito.sync.model.") { text = text.dropFirst(33) }
        let service = "AWSCognitoSyncService."
        guard text.hasPrefix(service),
            let name = OperationName(rawValue: String(text.dropFirst(service.count)))
        else { throw .unknownOperation("X-Amz-Target names no operation of this API.") }
        return name
    }

    /// Checks that X-Amz-Target on a REST path, where old SDKs send it too, names the operation of the path.
    static func checkTarget(_ request: Request, names operation: OperationName) throws(APIError) {
        guard request.head.headerFields.contains(.amzTarget) else { return }
        if let named = try? targetName(request), named == operation { return }
        throw .invalidParameter("X-Amz-Target does not name \(operation.rawValue), whose path this is.")
    }

    /// Checks that the content type is JSON under any of its AWS names, or is absent.
    ///
    /// Media type parameters are accepted.
    static func checkContentType(_ request: Request) throws(APIError) {
        let fields = request.head.headerFields[fields: .contentType]
        guard let first = fields.first else { return }
        // Nearly every request says just this.
        if fields.count == 1, first.value == "application/json" { return }
        let type = first.value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        let known = ["application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1", ""]
        guard fields.count == 1, known.contains(type) else {
            throw .serialization("Content-Type '\(Quotation.cut(first.value))' is not application/json.")
        }
    }
}

extension RequestDecoder {
    /// Checks that a body is not coded: no client of this API codes one.
    static func checkContentEncoding(_ request: Request) throws(APIError) {
        guard !request.body.isEmpty, let coding = request.head.headerFields[.contentEncoding] else { return }
        guard coding.isEmpty || coding.lowercased() == "identity" else {
            throw .unsupportedMediaType(
                "Content-Encoding '\(Quotation.cut(coding))' is not taken; send identity."
            )
        }
    }
}

extension RawParameters {
    /// Reads `x-amz-client-context`, the header field of UpdateRecords.
    mutating func readClientContext(_ request: Request) throws(APIError) {
        let fields = request.head.headerFields[fields: .amzClientContext]
        guard let first = fields.first else { return }
        guard fields.count == 1 else {
            throw .invalidParameter("x-amz-client-context is given more than once.")
        }
        set(.clientContext, first.value)
    }

    /// Reads the body of the REST form; returns the one to forward.
    ///
    /// On a GET, an operation without a body refuses every body. On other methods, `{}` counts as no body,
    /// since some SDKs send it.
    mutating func readBody(_ request: Request) throws(APIError) -> [UInt8] {
        guard operation.hasBody else {
            if request.body.isEmpty { return [] }
            var reader = JSONReader(request.body)
            let takesNone = request.head.method == .get || request.head.method == .head
            if !takesNone, (try? read(&reader, form: .rest)) != nil,
                (try? reader.finish()) != nil
            {
                return []
            }
            throw .serialization("\(operation.rawValue) takes no body.")
        }
        if request.body.isEmpty { return [UInt8]("{}".utf8) }
        try RequestDecoder.checkContentType(request)
        var reader = JSONReader(request.body)
        do throws(JSONError) {
            _ = try read(&reader, form: .rest)
            try reader.finish()
        } catch {
            throw .notTaken(by: operation, error)
        }
        return request.body
    }
}

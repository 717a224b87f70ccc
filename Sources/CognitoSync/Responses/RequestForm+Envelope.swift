import HTTPTypes
package import Messages

extension RequestForm {
    /// Returns an upstream response in the form of the request: unchanged, or wrapped in the old envelope.
    ///
    /// In an envelope the output begins with its type. A response without a body becomes an empty output.
    package func wrap(_ response: Response, of operation: OperationName) -> Response {
        guard self == .envelope else { return response }
        let isError = response.head.status.code >= 400
        let type = isError ? response.errorName ?? "InternalErrorException" : operation.outputName
        var wrapped = response
        wrapped.head.headerFields[.contentLength] = nil
        wrapped.head.headerFields[.contentType] = "application/json"
        wrapped.body = Array(#"{"Output":{"#.utf8)
        if let type {
            wrapped.body.append(contentsOf: #""__type":"#.utf8)
            wrapped.body.append(jsonString: Envelope.model + type)
        }
        var separator = type != nil
        for member in Self.members(of: response.body) {
            if separator { wrapped.body.append(UInt8(ascii: ",")) }
            wrapped.body.append(contentsOf: response.body[member])
            separator = true
        }
        wrapped.body.append(contentsOf: #"},"Version":"1.0"}"#.utf8)
        return wrapped
    }

    /// Returns the range of each member except a type tag, or none if the body is not a JSON object.
    private static func members(of body: [UInt8]) -> [Range<Int>] {
        var members: [Range<Int>] = []
        var reader = JSONReader(body, from: .upstream)
        do throws(JSONError) {
            try reader.object { (reader, name) throws(JSONError) in
                try reader.skip()
                if !name.equals("__type", in: body) {
                    members.append(name.literal.lowerBound..<reader.position)
                }
            }
            try reader.finish()
        } catch {
            return []
        }
        return members
    }
}

extension OperationName {
    /// The type of the response; SetCognitoEvents has none in the model.
    var outputName: String? { self == .setCognitoEvents ? nil : rawValue + "Response" }
}

extension Response {
    /// The name of the error in the response, without name space and address; nil if there is none.
    ///
    /// The order is that of the AWS SDKs: the header field first, then `__type` or `code` in the body.
    /// Source: the AWS REST JSON protocol, "operation error serialization".
    package var errorName: String? {
        if let field = head.headerFields[.amznErrorType], let name = Self.bare(field) { return name }
        return text(of: "__type", or: "code").flatMap(Self.bare)
    }

    /// The message of the error in the response; nil if there is none.
    package var errorMessage: String? { text(of: "message", or: "Message") }

    /// Returns the text of the first member of the body with one of two names.
    private func text(of first: String, or second: String) -> String? {
        var found: String?
        var reader = JSONReader(body, from: .upstream)
        try? reader.object { (reader, name) throws(JSONError) in
            let isWanted = name.equals(first, in: body) || name.equals(second, in: body)
            guard isWanted, found == nil, try reader.kind() == .string else {
                try reader.skip()
                return
            }
            found = try reader.string().text(in: body)
        }
        return found
    }

    private static func bare(_ text: String) -> String? {
        let name = text.prefix { $0 != ":" }
        let last = name.lastIndex(of: "#").map { name[name.index(after: $0)...] } ?? name
        return last.isEmpty ? nil : String(last)
    }
}

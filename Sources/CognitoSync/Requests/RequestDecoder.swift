package import HTTPTypes
package import Messages

/// The decoder of requests in any of the three forms.
///
/// The result is an operation, or an error that lists all violations. The decoder ignores a signature of the
/// caller. HEAD is decoded as GET: the server leaves out the body of the response.
package enum RequestDecoder {
    package static func decode(_ request: Request) throws(APIError) -> DecodedRequest {
        guard let target = request.head.path, target.utf8.first == UInt8(ascii: "/") else {
            throw .malformedRequest("The request target is not a path.")
        }
        try checkContentEncoding(request)
        let bytes = target.utf8.span
        if bytes.count == 1 || bytes[1] == UInt8(ascii: "?") {
            return try decodeRoot(request, hasQuery: bytes.count > 2)
        }
        return DecodedRequest(operation: try decodeREST(request, target: bytes), form: .rest)
    }

    /// Returns the form in which a request expects its response, even if it does not decode.
    package static func form(of request: Request) -> RequestForm {
        guard request.head.path?.prefix(while: { $0 != "?" }) == "/" else { return .rest }
        return Envelope.isMeant(by: request.body) ? .envelope : .target
    }

    /// Returns the methods of the path of a request; none if the API has no such path.
    package static func methods(of request: Request) -> [HTTPRequest.Method] {
        guard let path = request.head.path, path.utf8.first == UInt8(ascii: "/") else { return [] }
        let target = path.utf8.span
        if target.count == 1 || target[1] == UInt8(ascii: "?") { return [.post] }
        return Route.methods(of: target, split(target).parts)
    }

    private static func decodeREST(
        _ request: Request,
        target: Span<UInt8>
    ) throws(APIError) -> Operation {
        let (parts, query) = split(target)
        let route = try Route.find(request.head.method, target, parts)
        try checkTarget(request, names: route.operation)
        var parameters = RawParameters(route)
        var scratch: [UInt8] = []
        for (part, segment) in zip(parts, route.segments) {
            guard case .parameter(let parameter) = segment else { continue }
            guard let text = PercentCoding.decode(segment: target.extracting(part), by: &scratch) else {
                throw .invalidParameter("The path is not percent-encoded UTF-8 at '\(parameter.camelCase)'.")
            }
            _ = parameters.markSeen(parameter)
            parameters.set(parameter, text)
        }
        try parameters.read(query: target.extracting(query...), by: &scratch)
        if route.operation == .updateRecords { try parameters.readClientContext(request) }
        let body = try parameters.readBody(request)
        return try parameters.make(body: body)
    }

    /// Returns the parts of a path between its slashes, and the start of its query.
    ///
    /// A path with an empty part has no parts here: it matches no route, and its query is never read.
    private static func split(_ target: Span<UInt8>) -> (parts: [Range<Int>], query: Int) {
        var parts: [Range<Int>] = []
        parts.reserveCapacity(8)
        var start = 1
        // One part more than the longest route is enough to match none.
        while parts.count < 9 {
            var end = start
            while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") {
                end += 1
            }
            if end == start { return ([], target.count) }
            parts.append(start..<end)
            start = min(end + 1, target.count)
            guard end < target.count, target[end] == UInt8(ascii: "/") else { break }
        }
        return (parts, start)
    }

    private static func decodeRoot(
        _ request: Request,
        hasQuery: Bool
    ) throws(APIError) -> DecodedRequest {
        guard request.head.method == .post else { throw .methodNotAllowed(allow: [.post]) }
        guard !hasQuery else { throw .invalidParameter("POST / takes no query.") }
        try checkContentType(request)
        let named = try targetName(request)
        let body = request.body.isEmpty ? [UInt8]("{}".utf8) : request.body
        if Envelope.isMeant(by: body) {
            let envelope = try Envelope.read(body)
            guard named == nil || named == envelope.operation else {
                throw .invalidParameter("X-Amz-Target and the envelope name different operations.")
            }
            return try decode(body, within: envelope.input, as: envelope.operation, form: .envelope)
        }
        guard let named else {
            throw .unknownOperation("POST / needs an X-Amz-Target header that names an operation.")
        }
        return try decode(body, within: 0..<body.count, as: named, form: .target)
    }

    private static func decode(
        _ body: [UInt8],
        within range: Range<Int>,
        as operation: OperationName,
        form: RequestForm
    ) throws(APIError) -> DecodedRequest {
        var parameters = RawParameters(Route.of(operation))
        var reader = JSONReader(body, within: range)
        let members: [Range<Int>]
        do throws(JSONError) {
            members = try parameters.read(&reader, form: form)
            try reader.finish()
        } catch {
            throw .notTaken(by: operation, error)
        }
        let own = operation.hasBody ? object(of: members, in: body) : []
        return DecodedRequest(operation: try parameters.make(body: own), form: form)
    }

    /// Returns an object of the given members, each with its bytes unchanged.
    private static func object(of members: [Range<Int>], in bytes: [UInt8]) -> [UInt8] {
        var object: [UInt8] = [UInt8(ascii: "{")]
        object.reserveCapacity(members.reduce(2) { $0 + $1.count + 1 })
        for member in members {
            if object.count > 1 { object.append(UInt8(ascii: ",")) }
            object.append(contentsOf: bytes[member])
        }
        object.append(UInt8(ascii: "}"))
        return object
    }
}

extension APIError {
    static func notTaken(by operation: OperationName, _ error: JSONError) -> Self {
        .serialization("The body is not the JSON that \(operation.rawValue) takes: \(error).")
    }
}

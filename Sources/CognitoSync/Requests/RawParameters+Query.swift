import Messages

extension RawParameters {
    /// Reads a query: only parameters of the operation, each once, in their exact spelling.
    mutating func read(query: Span<UInt8>, by scratch: inout [UInt8]) throws(APIError) {
        if query.isEmpty { return }
        var start = 0
        // A pair follows each ampersand, even an empty one; the last ampersand may end the query.
        while start < query.count || start == 0 {
            var end = start
            while end < query.count, query[end] != UInt8(ascii: "&") { end += 1 }
            try read(pair: query.extracting(start..<end), by: &scratch)
            start = end + 1
        }
    }

    private mutating func read(pair: Span<UInt8>, by scratch: inout [UInt8]) throws(APIError) {
        var equals = 0
        while equals < pair.count, pair[equals] != UInt8(ascii: "=") { equals += 1 }
        let name = pair.extracting(first: equals)
        guard let parameter = Self.queryParameter(name), operation.location(of: parameter) == .query else {
            let text = Quotation.cut(String(decoding: name.indices.map { name[$0] }, as: UTF8.self))
            throw .invalidParameter("\(operation.rawValue) has no query parameter '\(text)'.")
        }
        guard markSeen(parameter) else {
            throw .invalidParameter("The query parameter '\(parameter.camelCase)' is given more than once.")
        }
        let value = pair.extracting(min(equals + 1, pair.count)...)
        guard let text = PercentCoding.decode(queryValue: value, by: &scratch) else {
            throw .invalidParameter(
                "The query parameter '\(parameter.camelCase)' is not percent-encoded UTF-8."
            )
        }
        set(parameter, text)
    }

    private static let queryParameters: [Parameter] = [
        .lastSyncCount, .maxResults, .nextToken, .syncSessionToken,
    ]

    private static func queryParameter(_ name: Span<UInt8>) -> Parameter? {
        queryParameters.first { name.equals($0.queryName.utf8.span) }
    }
}

extension Parameter {
    /// The spelling in a query; empty for a parameter that is never in one.
    var queryName: String {
        switch self {
        case .lastSyncCount: "lastSyncCount"
        case .maxResults: "maxResults"
        case .nextToken: "nextToken"
        case .syncSessionToken: "syncSessionToken"
        default: ""
        }
    }
}

extension Arguments {
    /// Reads a query: only the operation's own parameters, each once, in their exact spelling.
    mutating func read(query: ArraySlice<UInt8>) throws(APIError) {
        if query.isEmpty { return }
        var start = query.startIndex
        // One more pair begins behind each ampersand, an empty one too.
        while start <= query.endIndex {
            let end = query[start...].firstIndex(of: UInt8(ascii: "&")) ?? query.endIndex
            try read(pair: query[start..<end])
            start = end + 1
        }
    }

    private mutating func read(pair: ArraySlice<UInt8>) throws(APIError) {
        let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
        let name = pair[..<equals]
        guard let member = Self.queryMember(name), operation.location(of: member) == .query else {
            let text = Quotation.cut(String(decoding: name, as: UTF8.self))
            throw .invalidParameter("\(operation.rawValue) has no query parameter '\(text)'.")
        }
        guard give(member) else {
            throw .invalidParameter("The query parameter '\(member.camelCase)' is given more than once.")
        }
        let value = pair[min(equals + 1, pair.endIndex)...]
        guard let text = PercentCoding.decode(queryValue: value) else {
            throw .invalidParameter(
                "The query parameter '\(member.camelCase)' is not percent-encoded UTF-8."
            )
        }
        set(member, text)
    }

    private static let queryMembers: [Member] = [.lastSyncCount, .maxResults, .nextToken, .syncSessionToken]

    private static func queryMember(_ name: ArraySlice<UInt8>) -> Member? {
        let name = name.span
        return queryMembers.first { name.isEqual(to: $0.queryName.utf8.span) }
    }
}

extension Member {
    /// The spelling in a query; empty for what is never in one.
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

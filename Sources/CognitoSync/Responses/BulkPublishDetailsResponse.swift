/// What an answer to GetBulkPublishDetails tells of the last bulk publish of a pool.
package struct BulkPublishDetailsResponse: Hashable, Sendable {
    /// `SUCCEEDED`: all data of the pool has been published.
    package let hasSucceeded: Bool
    /// Whole seconds since 1970, rounded down; nil if absent, null, or beyond any calendar.
    package let started: Int64?
    package let completed: Int64?

    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, surrogates: .any)
        var hasSucceeded = false
        var started: Int64?
        var completed: Int64?
        try reader.object { (reader, name) throws(JSONError) in
            if try reader.null() { return }
            switch name.text(in: body) {
            case "BulkPublishStatus": hasSucceeded = try reader.string().equals("SUCCEEDED", in: body)
            case "BulkPublishStartTime": started = seconds(try reader.number(), in: body)
            case "BulkPublishCompleteTime": completed = seconds(try reader.number(), in: body)
            default: try reader.skip()
            }
        }
        try reader.finish()
        return Self(hasSucceeded: hasSucceeded, started: started, completed: completed)
    }

    /// The service writes seconds with fraction and exponent: `1.413836234607E9`.
    private static func seconds(_ number: JSONNumber, in body: [UInt8]) -> Int64? {
        Double(number.text(in: body)).flatMap { Int64(exactly: $0.rounded(.down)) }
    }
}

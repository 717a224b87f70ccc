/// The facts about the last bulk publish of a pool in a GetBulkPublishDetails response.
package struct BulkPublishDetailsResponse: Hashable, Sendable {
    /// Whether the status is `SUCCEEDED`: all data of the pool has been published.
    package let hasSucceeded: Bool
    /// The start in whole seconds since 1970, rounded down; nil if absent, null, or beyond 64 bits.
    package let started: Int64?
    /// The end, in the same form.
    package let completed: Int64?

    /// Scans a whole body strictly.
    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, from: .upstream)
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

    /// Returns whole seconds of a number; the service writes fraction and exponent: `1.413836234607E9`.
    private static func seconds(_ number: JSONNumber, in body: [UInt8]) -> Int64? {
        number.double(in: body).flatMap { Int64(exactly: $0.rounded(.down)) }
    }
}

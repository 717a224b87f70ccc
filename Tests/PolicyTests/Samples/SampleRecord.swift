import Testing

/// A record, and the JSON that the service would write for it.
struct SampleRecord: Equatable {
    var key: String
    /// The value; nil for a tombstone.
    var value: String?
    var count: Int64
    var author = "me"

    /// Creates a record from `a=1@3`, the value 1 under the key a, changed last at count 3; `a@3` is its tombstone.
    init(_ text: String) throws {
        let parts = text.split(separator: "@", maxSplits: 1)
        let pair = parts[0].split(separator: "=", maxSplits: 1)
        key = String(pair[0])
        value = pair.count > 1 ? String(pair[1]) : nil
        count = try #require(Int64(parts[1]))
    }

    init(key: String, value: String?, count: Int64, author: String) {
        (self.key, self.value, self.count, self.author) = (key, value, count, author)
    }

    var json: String {
        let end = value.map { "\"SyncCount\":\(count),\"Value\":\"\($0)\"}" } ?? "\"SyncCount\":\(count)}"
        return "{\"Key\":\"\(key)\",\"LastModifiedBy\":\"\(author)\",\(end)"
    }
}

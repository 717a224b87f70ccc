import Testing

/// A record, and the JSON that the service would write for it.
struct SampleRecord: Equatable {
    var key: String
    /// The value; nil for a tombstone.
    var value: String?
    var count: Int64
    var author = "me"
    /// The LastModifiedDate, in seconds since 1970.
    var date: Int64

    /// Creates a record from `a=1@3`, the value 1 under the key a, changed last at count 3; `a@3` is its tombstone.
    ///
    /// Its date is its count; `a=1@3/77` has the date 77.
    init(_ text: String) throws {
        let dated = text.split(separator: "/", maxSplits: 1)
        let parts = dated[0].split(separator: "@", maxSplits: 1)
        let pair = parts[0].split(separator: "=", maxSplits: 1)
        key = String(pair[0])
        value = pair.count > 1 ? String(pair[1]) : nil
        count = try #require(Int64(parts[1]))
        date = dated.count > 1 ? try #require(Int64(dated[1])) : count
    }

    init(key: String, value: String?, count: Int64, author: String, date: Int64) {
        (self.key, self.value, self.count, self.author, self.date) = (key, value, count, author, date)
    }

    var json: String {
        let end = value.map { "\"SyncCount\":\(count),\"Value\":\"\($0)\"}" } ?? "\"SyncCount\":\(count)}"
        return "{\"Key\":\"\(key)\",\"LastModifiedBy\":\"\(author)\",\"LastModifiedDate\":\(date),\(end)"
    }
}

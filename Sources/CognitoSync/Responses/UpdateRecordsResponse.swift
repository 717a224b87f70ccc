/// The records of an UpdateRecords response: those that the write changed.
package struct UpdateRecordsResponse: Hashable, Sendable {
    package let records: [RecordRange]

    /// Scans a whole body strictly.
    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, from: .upstream)
        var records: [RecordRange] = []
        try reader.object { (reader, name) throws(JSONError) in
            if name.equals("Records", in: body), try !reader.null() {
                records = try reader.records()
            } else if !name.equals("Records", in: body) {
                try reader.skip()
            }
        }
        try reader.finish()
        return Self(records: records)
    }
}

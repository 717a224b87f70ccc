/// The facts that the cache needs of a DescribeDataset or DeleteDataset response.
///
/// The response has no sync count. A changed creation date proves that the dataset was created again.
package struct DatasetResponse: Hashable, Sendable {
    /// The range of the number in the body; nil if absent or null.
    package let creationDate: Range<Int>?

    /// Scans a whole body strictly.
    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, from: .upstream)
        var creationDate: Range<Int>?
        try reader.object { (reader, name) throws(JSONError) in
            if try reader.null() { return }
            guard name.equals("Dataset", in: body) else {
                try reader.skip()
                return
            }
            try reader.object { (reader, name) throws(JSONError) in
                if try reader.null() { return }
                if name.equals("CreationDate", in: body) {
                    creationDate = try reader.number().range
                } else {
                    try reader.skip()
                }
            }
        }
        try reader.finish()
        return Self(creationDate: creationDate)
    }
}

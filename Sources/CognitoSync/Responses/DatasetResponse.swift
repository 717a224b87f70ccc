/// What an answer to DescribeDataset or DeleteDataset tells of the dataset.
///
/// It has no sync count; a creation date that changed is proof that the dataset was made anew.
package struct DatasetResponse: Hashable, Sendable {
    /// The string literals and number as they lie in the body; nil if absent or null.
    package let identityID: Range<Int>?
    package let datasetName: Range<Int>?
    package let creationDate: Range<Int>?
    package let lastModifiedDate: Range<Int>?
    package let numRecords: Int64?
    package let dataStorage: Int64?

    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, surrogates: .any)
        var identityID: Range<Int>?
        var datasetName: Range<Int>?
        var creationDate: Range<Int>?
        var lastModifiedDate: Range<Int>?
        var numRecords: Int64?
        var dataStorage: Int64?
        try reader.object { (reader, name) throws(JSONError) in
            if try reader.null() { return }
            guard name.equals("Dataset", in: body) else {
                try reader.skip()
                return
            }
            try reader.object { (reader, name) throws(JSONError) in
                if try reader.null() { return }
                switch name.text(in: body) {
                case "IdentityId": identityID = try reader.string().literal
                case "DatasetName": datasetName = try reader.string().literal
                case "CreationDate": creationDate = try reader.number().range
                case "LastModifiedDate": lastModifiedDate = try reader.number().range
                case "NumRecords": numRecords = try reader.integer()
                case "DataStorage": dataStorage = try reader.integer()
                default: try reader.skip()
                }
            }
        }
        try reader.finish()
        return Self(
            identityID: identityID,
            datasetName: datasetName,
            creationDate: creationDate,
            lastModifiedDate: lastModifiedDate,
            numRecords: numRecords,
            dataStorage: dataStorage
        )
    }
}

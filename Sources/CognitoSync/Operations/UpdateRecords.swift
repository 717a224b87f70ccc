/// The parameters of UpdateRecords; made by `RequestDecoder` only, since the body has passed its scan.
package struct UpdateRecords: Hashable, Sendable {
    package let scope: DatasetScope
    package let syncSessionToken: String
    package let deviceID: DeviceID?
    package let clientContext: String?
    /// The JSON object to be sent on: the caller's bytes, without what belongs in the path and the header.
    package let body: [UInt8]
    package let patchCount: Int

    /// The patches, decoded from the body in their order.
    package func patches() -> [RecordPatch] {
        var patches: [RecordPatch] = []
        patches.reserveCapacity(patchCount)
        var reader = JSONReader(body)
        try? reader.object { (reader, name) throws(JSONError) in
            guard name.equals(Parameter.recordPatches.rawValue, in: body), try reader.kind() == .array else {
                try reader.skip()
                return
            }
            try reader.array { (reader, _) throws(JSONError) in
                let fields = try reader.recordPatch()
                if let patch = RecordPatch(fields, in: body) { patches.append(patch) }
            }
        }
        return patches
    }
}

/// One change that a caller wants made to a dataset.
package struct RecordPatch: Sendable {
    package enum Change: String, CaseIterable, Sendable {
        case replace
        case remove
    }

    package let operation: Change
    /// To be compared by its bytes: Swift takes a composed and a decomposed letter for the same.
    package let key: String
    package let value: String?
    /// The count that the caller last knew of this record; 0 for a new one.
    package let syncCount: Int64
    /// The number's text as received: seconds since 1970, with or without fraction and exponent.
    package let deviceLastModifiedDate: String?
}

extension RecordPatch {
    /// Nil only for fields that did not pass validation.
    init?(_ fields: RecordPatchFields, in bytes: [UInt8]) {
        guard let operation = fields.operation.flatMap({ Change(rawValue: $0.text(in: bytes)) }),
            let key = fields.key, let syncCount = fields.syncCount
        else { return nil }
        self.operation = operation
        self.key = key.text(in: bytes)
        value = fields.value?.text(in: bytes)
        self.syncCount = syncCount
        deviceLastModifiedDate = fields.deviceLastModifiedDate?.text(in: bytes)
    }
}

/// The members of a patch as they lie in the body; nil where absent or null.
struct RecordPatchFields {
    var operation: JSONString?
    var key: JSONString?
    var value: JSONString?
    var syncCount: Int64?
    var deviceLastModifiedDate: JSONNumber?
}

extension JSONReader {
    /// Reads one element of RecordPatches; a null gives no field at all.
    mutating func recordPatch() throws(JSONError) -> RecordPatchFields {
        var fields = RecordPatchFields()
        try object { (reader, name) throws(JSONError) in
            let field = name.text(in: reader.bytes)
            if try reader.null() {
                try RecordPatchFields.require(field, at: name)
                return
            }
            switch field {
            case "Op": fields.operation = try reader.string()
            case "Key": fields.key = try reader.string()
            case "Value": fields.value = try reader.string()
            case "SyncCount": fields.syncCount = try reader.integer()
            case "DeviceLastModifiedDate": fields.deviceLastModifiedDate = try reader.number()
            default: try RecordPatchFields.require(field, at: name)
            }
        }
        return fields
    }
}

extension RecordPatchFields {
    static func require(_ field: String, at name: JSONString) throws(JSONError) {
        switch field {
        case "Op", "Key", "Value", "SyncCount", "DeviceLastModifiedDate": return
        default: throw JSONError(reason: .unknownMember(field), offset: name.literal.lowerBound)
        }
    }
}

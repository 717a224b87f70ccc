/// The parameters of UpdateRecords.
///
/// Only ``RequestDecoder`` creates them, since the body must have passed its scan.
package struct UpdateRecords: Hashable, Sendable {
    package let scope: DatasetScope
    package let syncSessionToken: String
    package let deviceID: DeviceID?
    package let clientContext: String?
    /// The JSON object to forward: the bytes of the caller, without members of the path and the header.
    package let body: [UInt8]
    package let patchCount: Int

    /// Returns the patches of the body in their order.
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

/// A change of one record that a caller requests.
package struct RecordPatch: Sendable {
    package enum Change: String, CaseIterable, Sendable {
        case replace
        case remove
    }

    package let operation: Change
    /// The key of the record; compare its bytes, since `String ==` uses canonical equivalence.
    package let key: String
    package let value: String?
    /// The sync count at which the caller last knew this record; 0 for a new record.
    package let syncCount: Int64
    /// The text of the number as received: seconds since 1970, with or without fraction and exponent.
    package let deviceLastModifiedDate: String?
}

extension RecordPatch {
    /// Creates a patch, or returns nil for fields that did not pass validation.
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

/// The positions of the members of a patch in the body; nil where absent or null.
struct RecordPatchFields {
    var operation: JSONString?
    var key: JSONString?
    var value: JSONString?
    var syncCount: Int64?
    var deviceLastModifiedDate: JSONNumber?
}

extension JSONReader {
    /// Reads one element of RecordPatches; a member that is null counts as absent.
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
            // The service alone decides about half of a surrogate pair, which a page may contain.
            case "Key": fields.key = try reader.opaqueString()
            case "Value": fields.value = try reader.opaqueString()
            case "SyncCount": fields.syncCount = try reader.integer()
            case "DeviceLastModifiedDate": fields.deviceLastModifiedDate = try reader.number()
            default: try RecordPatchFields.require(field, at: name)
            }
        }
        return fields
    }
}

extension RecordPatchFields {
    /// Throws an error if a patch has no member of this name in the model.
    static func require(_ field: String, at name: JSONString) throws(JSONError) {
        switch field {
        case "Op", "Key", "Value", "SyncCount", "DeviceLastModifiedDate": return
        default: throw JSONError(reason: .unknownMember(field), offset: name.literal.lowerBound)
        }
    }
}

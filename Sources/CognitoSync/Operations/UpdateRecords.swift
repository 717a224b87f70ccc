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
                let fields = try RecordPatchFields(&reader)
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

extension RecordPatchFields {
    /// The members of a patch in the model.
    private enum Member {
        case operation
        case key
        case value
        case syncCount
        case deviceLastModifiedDate

        /// Finds a member by its name; nil for any other name.
        ///
        /// All lengths differ, and a comparison makes no text: a body may have tens of thousands of names. It is no
        /// initializer, since the caller of one gives a reference of its own to each argument.
        @inline(__always)
        static func named(_ name: JSONString, in bytes: [UInt8]) -> Self? {
            if JSONName("Op").matches(name, in: bytes) { return .operation }
            if JSONName("Key").matches(name, in: bytes) { return .key }
            if JSONName("Value").matches(name, in: bytes) { return .value }
            if JSONName("SyncCount").matches(name, in: bytes) { return .syncCount }
            return JSONName("DeviceLastModifiedDate").matches(name, in: bytes) ? .deviceLastModifiedDate : nil
        }
    }

    /// Reads one element of RecordPatches; a member that is null counts as absent.
    init(_ reader: inout JSONReader) throws(JSONError) {
        var fields = Self()
        try reader.object { (reader, name) throws(JSONError) in
            guard let member = Member.named(name, in: reader.bytes) else {
                let text = name.beginning(in: reader.bytes, scalars: Quotation.limit + 1)
                throw JSONError(reason: .unknownMember(text), offset: name.literal.lowerBound)
            }
            if try reader.null() { return }
            switch member {
            case .operation: fields.operation = try reader.string()
            // The service alone decides about half of a surrogate pair, which a page may contain.
            case .key: fields.key = try reader.opaqueString()
            case .value: fields.value = try reader.opaqueString()
            case .syncCount: fields.syncCount = try reader.integer()
            case .deviceLastModifiedDate: fields.deviceLastModifiedDate = try reader.number()
            }
        }
        self = fields
    }
}

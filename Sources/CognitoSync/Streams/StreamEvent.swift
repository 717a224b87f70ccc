/// The known members of one event of Cognito Streams.
///
/// The members that identify the dataset are required. Each other member may have an unknown form. The event
/// still proves that the dataset changed, and this fact must never be lost.
struct StreamEvent {
    private var pool: String?
    private var identity: String?
    /// The names of the dataset: the documentation writes `dataSetName`, consumers of AWS read `datasetName`.
    private var names: [String] = []
    private var operation: String?
    private var syncCount: Int64?
    private var records: [StreamRecord] = []
    /// Whether the payload is in S3, behind a URL that is not followed.
    private var isElsewhere = false
    /// Whether a relevant member has another form than the documented one.
    private var isOdd = false

    /// Reads an event and checks that nothing follows it.
    static func read(_ reader: inout JSONReader) throws(StreamFault) -> Self {
        var event = Self()
        do throws(JSONError) {
            try reader.object { (reader, name) throws(JSONError) in
                try event.member(name.text(in: reader.bytes), &reader)
            }
            try reader.finish()
        } catch {
            throw .notJSON(error)
        }
        return event
    }

    private mutating func member(_ name: String, _ reader: inout JSONReader) throws(JSONError) {
        switch (name, try reader.kind()) {
        case ("identityPoolId", .string): pool = try reader.text()
        case ("identityId", .string): identity = try reader.text()
        case ("dataSetName", .string), ("datasetName", .string): names.append(try reader.text())
        case ("operation", .string): operation = try reader.text()
        case ("syncCount", .number): syncCount = try reader.syncCount()
        case ("kinesisSyncRecords", .array):
            try reader.array { (reader, _) throws(JSONError) in
                if let record = try StreamRecord.read(&reader) {
                    records.append(record)
                } else {
                    isOdd = true
                }
            }
        case ("kinesisSyncRecordsURL", .string):
            if try !reader.string().content.isEmpty { isElsewhere = true }
        case ("payloadType", .string):
            switch try reader.text() {
            case "Inline": break
            case "S3Url": isElsewhere = true
            default: isOdd = true
            }
        case ("kinesisSyncRecords", let kind), ("kinesisSyncRecordsURL", let kind), ("payloadType", let kind):
            if kind != .null { isOdd = true }
            try reader.skip()
        default: try reader.skip()
        }
    }

    /// Returns the change that the event reports; `bytes` are those from which it was read.
    func change(in bytes: [UInt8]) throws(StreamFault) -> StreamChange {
        guard let pool = pool.flatMap(IdentityPoolID.init) else { throw .unnamed("identityPoolId") }
        guard let identity = identity.flatMap(IdentityID.init) else { throw .unnamed("identityId") }
        guard Set(names).count < 2 else { throw .namedTwice }
        guard let dataset = names.first.flatMap(DatasetName.init) else { throw .unnamed("dataSetName") }
        let scope = DatasetScope(owner: IdentityScope(pool: pool, identity: identity), dataset: dataset)
        // Anything but an update with records, here or elsewhere, may be the removal of the dataset.
        guard operation == "replace", !isOdd, isElsewhere || !records.isEmpty, let syncCount else {
            return StreamChange(scope: scope, syncCount: nil, content: .unavailable)
        }
        return StreamChange(scope: scope, syncCount: syncCount, content: content(at: syncCount, in: bytes))
    }

    private func content(at syncCount: Int64, in bytes: [UInt8]) -> StreamChange.Content {
        // A bulk publish may contain all records, each with the count of its own last change.
        guard !isElsewhere, records.allSatisfy({ $0.syncCount == syncCount }) else { return .unavailable }
        let body = StreamRecord.body(of: records, in: bytes)
        guard let response = try? UpdateRecordsResponse.scan(body) else { return .unavailable }
        return .records(body: body, records: response.records)
    }
}

extension JSONReader {
    fileprivate mutating func text() throws(JSONError) -> String { try string().text(in: bytes) }

    /// Reads a number; returns nil unless it is a whole number from 0 on, within 64 bits.
    mutating func syncCount() throws(JSONError) -> Int64? {
        let number = try number()
        guard number.isInteger, let value = Int64(number.text(in: bytes)), value >= 0 else { return nil }
        return value
    }
}

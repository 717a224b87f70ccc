/// The members of one event of Cognito Streams, as far as they are understood.
///
/// What names the dataset must be there. Of the rest anything may be odd: then the event still tells that the
/// dataset changed, which is never to be lost.
struct StreamEvent {
    private var pool: String?
    private var identity: String?
    /// The documentation writes `dataSetName`, AWS's own consumers read `datasetName`.
    private var names: [String] = []
    private var operation: String?
    private var syncCount: Int64?
    private var records: [StreamRecord] = []
    /// The payload is in S3, behind a URL that is not followed.
    private var isElsewhere = false
    /// Something of what matters has another form than the documented one.
    private var isOdd = false

    /// Reads an event and all that follows it.
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

    /// What it tells; `bytes` are those that it was read from.
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
        // A bulk publish may tell all records, each with the count of its own last change.
        guard !isElsewhere, records.allSatisfy({ $0.syncCount == syncCount }) else { return .unavailable }
        let body = StreamRecord.body(of: records, in: bytes)
        guard let answer = try? UpdateRecordsResponse.scan(body) else { return .unavailable }
        return .records(body: body, records: answer.records)
    }
}

extension JSONReader {
    fileprivate mutating func text() throws(JSONError) -> String { try string().text(in: bytes) }

    /// Reads a number; nil unless it is a whole one from 0 on, within 64 bits.
    mutating func syncCount() throws(JSONError) -> Int64? {
        let number = try number()
        guard number.isInteger, let value = Int64(number.text(in: bytes)), value >= 0 else { return nil }
        return value
    }
}

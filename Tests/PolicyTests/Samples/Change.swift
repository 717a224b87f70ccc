import CognitoSync
import Policy
import Testing

/// Returns the change in the response to an UpdateRecords that changed these records.
func change(_ records: SampleRecord...) throws -> RecordChange {
    try #require(try recordChange(records))
}

func change(_ records: String...) throws -> RecordChange {
    try #require(try recordChange(try records.map { try SampleRecord($0) }))
}

func recordChange(_ records: [SampleRecord]) throws -> RecordChange? {
    let body = Array("{\"Records\":[\(records.map(\.json).joined(separator: ","))]}".utf8)
    return RecordChange(try UpdateRecordsResponse.scan(body).records, of: body)
}

import CognitoSync
import Messages
import TestSupport
import Testing

@testable import Policy

/// The order of cached records, and the merging of changes.
struct RecordSetTests {
    /// Returns the records of a response whose keys are spelt so, in this order, with counts from 1.
    private func records(_ keys: String...) throws -> RecordSet? {
        try cached(
            keys.enumerated().map {
                SampleRecord(key: $1, value: "v\($0)", count: Int64($0 + 1), author: "me", date: 1)
            }
        )
    }

    private func cached(_ records: [SampleRecord]) throws -> RecordSet? {
        let body = ListingBuilder(records, count: 99).body
        return RecordSet(try RecordsPage.scan(body).records, of: body)
    }

    private func cached(_ records: String...) throws -> RecordSet {
        try #require(try cached(records.map { try SampleRecord($0) }))
    }

    private func texts(_ records: RecordSet?) -> [String] {
        records?.entries.map { String(decoding: records?.bytes[$0.range] ?? [], as: UTF8.self) } ?? []
    }

    private func keys(_ records: RecordSet?) -> [String] {
        records?.entries.map { entry in
            String(decoding: [UInt8](JSONUnescaped(records?.bytes ?? [], entry.key)), as: UTF8.self)
        } ?? []
    }

    @Test func recordsAreInTheOrderOfTheirKeysBytes() throws {
        #expect(
            keys(try records("b", "a", "B", "ab", "a.", "é", "z", "😀", "\u{FFFD}", "~"))
                == ["B", "a", "a.", "ab", "b", "z", "~", "é", "\u{FFFD}", "😀"]
        )
    }

    @Test func escapesAreUndoneBeforeKeysAreCompared() throws {
        #expect(
            keys(try records("c", "\\u0062", "a", "\\u0041", "\\ud83d\\ude00", "é", "\\n"))
                == ["\n", "A", "a", "b", "c", "é", "😀"]
        )
    }

    @Test(arguments: [("a", "a"), ("a", "\\u0061"), ("\\u00e9", "é"), ("\\/", "/"), ("\\uD83D\\uDE00", "😀")])
    func twoRecordsOfOneKeyAreNoListing(one: String, other: String) throws {
        #expect(try records(one, other) == nil)
        #expect(try records(one, "m", other) == nil)
        #expect(try records(other, "zz", "b", one) == nil)
    }

    @Test func aRecordStaysAsItWasReceived() throws {
        let body = Array(
            #"{ "Records" : [ {"Value" : "\u0031", "x":[1, 2],"SyncCount":7 ,"Key":"k"} ] }"#.utf8
        )
        let cached = try #require(RecordSet(try UpdateRecordsResponse.scan(body).records, of: body))
        #expect(texts(cached) == [#"{"Value" : "\u0031", "x":[1, 2],"SyncCount":7 ,"Key":"k"}"#])
        #expect(texts(cached.merging(try self.cached("a=1@1"))).last == texts(cached).first)
    }

    @Test func ofTwoRecordsTheOneWithTheHigherCountStaysAndOfEqualsTheOther() throws {
        let merged = try cached("a=old@1", "b=old@5", "c=old@3", "d=old@1")
            .merging(try cached("a=new@2", "b=new@4", "c=new@3", "e=new@1"))
        let expected = try ["a=new@2", "b=old@5", "c=new@3", "d=old@1", "e=new@1"].map {
            try SampleRecord($0).json
        }
        #expect(texts(merged) == expected)
    }

    @Test func aKeyIsTheSameInAnySpelling() throws {
        let merged = try #require(try records("a", "b")).merging(
            try #require(try records("\\u0061", "\\u0062"))
        )
        #expect(keys(merged) == ["a", "b"])
        #expect(texts(merged).allSatisfy { $0.contains("\\u006") })
    }

    @Test func nothingMergedWithSomethingIsThat() throws {
        let some = try cached("a=1@1", "b@2")
        #expect(texts(RecordSet().merging(some)) == texts(some))
        #expect(texts(some.merging(RecordSet())) == texts(some))
        #expect(RecordSet().merging(RecordSet())?.entries.isEmpty == true)
    }

    @Test func aTombstoneHasNoValueAndAnEmptyValueIsOne() throws {
        let body = Array(
            #"{"Records":[{"Key":"a","SyncCount":1},{"Key":"b","SyncCount":1,"Value":null},{"Key":"c","SyncCount":1,"Value":""}]}"#
                .utf8
        )
        let cached = try #require(RecordSet(try UpdateRecordsResponse.scan(body).records, of: body))
        #expect(cached.entries.map(\.hasValue) == [false, false, true])
    }

    /// Compares with a dictionary, which knows no order and no bytes.
    @Test func mergingIsWhatADictionaryWouldDo() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            var (left, right) = ([SampleRecord](), [SampleRecord]())
            for key in 0..<8 {
                let name = key % 2 == 0 ? "k\(key)" : "\\u006b\(key)"
                let (one, other) = (Int64(random.below(4)), Int64(random.below(4)))
                if random.chance(oneIn: 2) {
                    left.append(SampleRecord(key: name, value: "l", count: one, author: "me", date: 1))
                }
                if random.chance(oneIn: 2) {
                    right.append(
                        SampleRecord(key: "k\(key)", value: "r", count: other, author: "me", date: 1)
                    )
                }
            }
            left.shuffle(using: &random)
            right.shuffle(using: &random)
            var expected: [String: (Int64, String)] = [:]
            for record in left { expected["k\(record.key.last ?? " ")"] = (record.count, record.json) }
            for record in right where record.count >= expected[record.key]?.0 ?? 0 {
                expected[record.key] = (record.count, record.json)
            }
            let merged = try #require(try cached(left)).merging(try #require(try cached(right)))
            #expect(keys(merged) == expected.keys.sorted())
            #expect(texts(merged) == expected.sorted { $0.key < $1.key }.map(\.value.1))
        }
    }
}

import Messages
import TestSupport
import Testing

@testable import Cryptography

struct DigestTests {
    @Test
    func theDigestOfNothingIsTheKnownOne() {
        #expect(
            Hexadecimal.text(Digest.sha256([]))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }

    @Test
    func equalComparesEveryByte() {
        let bytes = [UInt8](0..<32)
        #expect(Digest.equal(bytes, bytes))
        #expect(Digest.equal([], []))
        #expect(!Digest.equal(bytes, Array(bytes.dropLast())))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!Digest.equal(bytes, other))
        }
    }

    @Test
    func anEmptyKeyIsAKeyOfItsOwn() {
        // From `printf '' | openssl mac -digest SHA256 -macopt hexkey: HMAC`, RFC 2104 with a key of no
        // bytes.
        let expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(Hexadecimal.text(Digest.hmacSHA256(key: [], [])) == expected)
    }

    @Test
    func aPreparedKeyHashesManyMessagesIndependently() {
        let prepared = KeyedHash(key: [1, 2, 3])
        for length in [0, 1, 63, 64, 65, 1000, 0] {
            let message = [UInt8](repeating: 7, count: length)
            #expect(prepared.hash(message) == Digest.hmacSHA256(key: [1, 2, 3], message))
        }
    }

    @Test
    func cleansedBytesAreZero() {
        var key: [UInt8] = [1, 2, 3]
        Digest.cleanse(&key)
        #expect(key == [0, 0, 0])
    }

    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func allOfWycheproofsVectorsHold() throws {
        let file = try Corpora.decode(Wycheproof.self, from: "hmac-wycheproof/hmac_sha256_test.json")
        var proved = 0
        for group in file.testGroups {
            for test in group.tests {
                let code = Digest.hmacSHA256(key: try bytes(test.key), try bytes(test.msg))
                let truncated = Array(code.prefix(group.tagSize / 8))
                #expect(
                    Digest.equal(truncated, try bytes(test.tag)) == (test.result == "valid"),
                    "case \(test.tcId)"
                )
                proved += 1
            }
        }
        #expect(proved == 174)
    }

    private struct Wycheproof: Decodable {
        struct Group: Decodable {
            var tagSize: Int
            var tests: [Case]
        }
        struct Case: Decodable {
            var tcId: Int
            var key: String
            var msg: String
            var tag: String
            var result: String
        }
        var testGroups: [Group]
    }

    private struct NotHexadecimal: Error {}

    private func bytes(_ digits: String) throws -> [UInt8] {
        var output: [UInt8] = []
        var rest = digits.utf8[...]
        while let high = rest.popFirst() {
            guard let low = rest.popFirst(), let first = Hexadecimal.value(high),
                let second = Hexadecimal.value(low)
            else { throw NotHexadecimal() }
            output.append(first << 4 | second)
        }
        return output
    }
}

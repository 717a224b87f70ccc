import Cryptography
import Foundation
import TestSupport
import Testing

@testable import WebTokens

/// The vectors of the project Wycheproof for JWS, each of which is judged.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct WycheproofTests {
    @Test
    func everyVectorIsJudgedAsPublishedOrRefusedForItsAlgorithm() throws {
        let data = try Corpora.bytes("jws-wycheproof/json_web_signature_test.json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(data)) as? [String: Any])
        let groups = try #require(root["testGroups"] as? [[String: Any]])
        var (accepted, refused, ofOthers) = (0, 0, 0)
        for group in groups {
            let key = try #require((group["public"] ?? group["private"]) as? [String: Any])
            let set = try JSONSerialization.data(withJSONObject: ["keys": [key]])
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let isValid = test["result"] as? String == "valid"
                // A vector in the JSON form is an object; it is refused as a text.
                let token = test["jws"] as? String ?? "\(test["jws"] ?? "")"
                let isAccepted = isAccepted(token, by: [UInt8](set))
                if isTaken(key), !isMistaken(test, in: group) {
                    #expect(isAccepted == isValid, "test \(test["tcId"] ?? ""): \(test["comment"] ?? "")")
                } else {
                    #expect(!isAccepted, "test \(test["tcId"] ?? "") of another algorithm")
                    ofOthers += isValid ? 1 : 0
                }
                accepted += isAccepted ? 1 : 0
                refused += isAccepted ? 0 : 1
            }
        }
        #expect(accepted + refused == root["numberOfTests"] as? Int)
        #expect(accepted == 16)
        #expect(ofOthers == 30)
    }

    /// Returns whether a key is for one of the algorithms that are taken.
    private func isTaken(_ key: [String: Any]) -> Bool {
        (key["alg"] as? String).map { SignatureAlgorithm(rawValue: $0) != nil } ?? true
    }

    /// Returns whether a vector is called valid although its header names another algorithm than its key.
    ///
    /// The header of figure 20 of RFC 7520 names PS384, and the key of the vector PS256.
    private func isMistaken(_ test: [String: Any], in group: [String: Any]) -> Bool {
        test["comment"] as? String == "Figure20"
    }

    private func isAccepted(_ token: String, by set: [UInt8]) -> Bool {
        guard let keys = try? JSONWebKeySet(set), let token = try? SignedToken(Array(token.utf8)),
            let (key, algorithm) = try? keys.key(for: token, among: SignatureAlgorithm.allCases)
        else { return false }
        return token.isSigned(by: key, with: algorithm)
    }
}

import Foundation
import TestSupport

/// The published API model: the oracle of validity.
struct ServiceModel: Decodable {
    struct Operation: Decodable {
        struct HTTP: Decodable {
            let method: String
            let requestUri: String
        }
        struct Reference: Decodable { let shape: String }

        let http: HTTP
        let input: Reference
    }

    struct Shape: Decodable {
        struct Member: Decodable {
            let shape: String
            var location: String?
            var locationName: String?
        }

        let type: String
        var required: [String]?
        var members: [String: Member]?
        var member: Member?
        var value: Member?
        var `enum`: [String]?
        var min: Int?
        var max: Int?
        var pattern: String?
    }

    let operations: [String: Operation]
    let shapes: [String: Shape]

    static func load() throws -> Self {
        try Corpora.decode(Self.self, from: "aws-cognito-sync-model/service-2.json")
    }

    func shape(_ name: String) throws -> Shape {
        guard let shape = shapes[name] else { throw Missing(shape: name) }
        return shape
    }

    struct Missing: Error { let shape: String }
}

/// Texts that match a pattern of the model, and texts that do not.
struct PatternSample {
    /// The matching text of `length` characters.
    let text: @Sendable (_ length: Int) -> String
    /// The length of the shortest match.
    let shortest: Int
    let mismatches: [String]

    private static let identityMismatches = [
        "a", "a:", ":a", "a:b:c", "a:G", "A:B", "a b:c", "a:\u{e9}", "\u{e9}:a", "a:\u{661}", "a:b\n", "a:b ",
        "a/b:c", "..", "a\u{0}:b", "\u{ff41}:a", "a:b\u{301}", "a%3Ab", "a:%62",
    ]

    /// The samples by the text of the pattern: a pattern of the model without a sample is an error.
    static let all: [String: Self] = [
        #"[\w-]+:[0-9a-f-]+"#: Self(
            text: {
                "_-Zz9".prefix(max(1, min(5, $0 - 2))) + ":"
                    + String(repeating: "f", count: max(1, $0 - 1 - max(1, min(5, $0 - 2))))
            },
            shortest: 3,
            mismatches: identityMismatches
        ),
        "[a-zA-Z0-9_.:-]+": Self(
            text: { String(repeating: "aZ9_.:-", count: $0 / 7 + 1).prefix($0).description },
            shortest: 1,
            mismatches: [
                "a b", "a/b", "a\\b", "a%2Fb", "\u{e9}", "a\n", "\u{0}", "a+b", "a?b", "a#b", "a;b",
                "\u{17f}", "a\u{7f}", "\u{212a}",
            ]
        ),
        #"arn:aws:sns:[-0-9a-z]+:\d+:app/[A-Z_]+/[a-zA-Z0-9_.-]+"#: Self(
            text: { "arn:aws:sns:us-east-1:1:app/GCM_X/" + String(repeating: "a", count: max(1, $0 - 34)) },
            shortest: 35,
            mismatches: [
                "", "arn", "arn:aws-cn:sns:us-east-1:1:app/GCM/a", "arn:aws:sns:us-east-1:1:app/gcm/a",
                "arn:aws:sns:us-east-1:\u{661}:app/GCM/a", "arn:aws:sns:us-east-1:1:app/GCM/a/b",
                "arn:aws:sns::1:app/GCM/a", "xarn:aws:sns:us-east-1:1:app/GCM/a",
                "arn:aws:sns:us-east-1:1:app/GCM/a\n", "arn:aws:sns:us-east-1:1:app//a",
            ]
        ),
        #"arn:aws:iam::\d+:role/.*"#: Self(
            text: { "arn:aws:iam::1:role/" + String(repeating: "\u{e9}", count: max(0, $0 - 20)) },
            shortest: 20,
            mismatches: [
                "arn:aws:iam::x:role/aaaaaaaaaaaaaa", "arn:aws:iam:::role/aaaaaaaaaaaaaa",
                "arn:aws:iam::1:role/aaaaaaaaa\naaaa", " arn:aws:iam::1:role/aaaaaaaaaaaaa",
                "arn:aws:iam::1:user/aaaaaaaaaaaaa",
            ]
        ),
    ]
}

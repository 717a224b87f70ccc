import Foundation
import Messages
import SigV4

/// The JSON document that a `credential_process` writes to its standard output.
struct ProcessDocument: Decodable {
    /// The reason why a document gives no credentials; it names properties, never their values.
    struct Malformed: Error, Equatable {
        var reason: String
    }

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
    }

    private var version: Int?
    private var accessKeyID: String?
    private var secretAccessKey: String?
    private var sessionToken: String?
    private var expiration: String?

    static func credentials(_ output: [UInt8]) throws(Malformed) -> Credentials {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(output)) else {
            throw Malformed(reason: "wrote no JSON document of credentials; see what it writes, by hand")
        }
        return try document.credentials()
    }

    private func credentials() throws(Malformed) -> Credentials {
        guard version == 1 else { throw Malformed(reason: "wrote a document without Version 1; write it") }
        let end = try expiration.map { text throws(Malformed) in
            guard let seconds = RFC3339.seconds(text) else {
                throw Malformed(reason: "wrote an Expiration that is not a time of RFC 3339; write one")
            }
            return seconds
        }
        return Credentials(
            accessKeyID: try Self.required(accessKeyID, "AccessKeyId"),
            secretAccessKey: Secret(try Self.required(secretAccessKey, "SecretAccessKey")),
            sessionToken: try sessionToken.map { text throws(Malformed) in
                Secret(try Self.required(text, "SessionToken"))
            },
            expiration: end
        )
    }

    private static func required(_ value: String?, _ property: String) throws(Malformed) -> String {
        guard let value, !value.isEmpty else {
            throw Malformed(reason: "wrote a document without \(property); write it")
        }
        guard FieldText.isVisible(value) else {
            throw Malformed(reason: "wrote characters in \(property) that no header may have; remove them")
        }
        return value
    }
}

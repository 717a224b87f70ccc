import Cryptography
import Foundation
import HTTPTypes
import Messages
import SigV4
import TestSupport

/// A case of a published signing suite: the raw request and the expected result of every stage.
struct SuiteCase {
    var name: String
    var request: Request
    var host: String
    var credentials: Credentials
    var time: SigningTime
    var path: PathForm
    var canonicalRequest: String
    var stringToSign: String
    var signature: String
    /// The value of the Authorization field; nil if the suite does not contain it.
    var authorization: String?
}

/// A raw request of the suites: HTTP/1.1 without the carriage returns, with values that may be folded.
struct RawRequest {
    var head: HTTPRequest
    var host: String
    var body: [UInt8]

    struct Malformed: Error {}

    init(_ text: String) throws {
        let halves = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        var lines: [Substring] = []
        for line in (halves.first ?? "").split(separator: "\n") {
            if line.first == " " || line.first == "\t", let last = lines.popLast() {
                lines.append(last + " " + line)
            } else {
                lines.append(line)
            }
        }
        guard let start = lines.first, let space = start.firstIndex(of: " "),
            let end = start.lastIndex(of: " "), space < end,
            let method = HTTPRequest.Method(String(start[..<space]))
        else { throw Malformed() }
        head = HTTPRequest(method: method, scheme: nil, authority: nil, path: "/")
        // The path may contain a space. It is set as received, and not through a URL.
        head.path = String(start[start.index(after: space)..<end])
        host = ""
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"),
                let name = HTTPField.Name(String(line[..<colon]))
            else { throw Malformed() }
            let value = String(line[line.index(after: colon)...])
            if name.canonicalName == "host" {
                host = value
            } else {
                head.headerFields.append(HTTPField(name: name, value: value))
            }
        }
        body = halves.count == 2 ? Array(halves[1].utf8) : []
    }
}

/// The header-signing cases of aws-c-auth: `context.json` beside five text files.
struct CAuthSuite {
    static let root = "sigv4-aws-c-auth/v4"

    struct Context: Decodable {
        struct Keys: Decodable {
            var access_key_id: String
            var secret_access_key: String
            var token: String?
        }
        var credentials: Keys
        var normalize: Bool
        var sign_body: Bool
        var omit_session_token: Bool?
        var expiration_in_seconds: Int
    }

    static func text(_ name: String, _ file: String) throws -> String {
        String(decoding: try Corpora.bytes("\(root)/\(name)/\(file)"), as: UTF8.self)
    }

    static var names: [String] { (try? Corpora.list(root)) ?? [] }

    static func load(_ name: String) throws -> SuiteCase {
        let context = try Corpora.decode(Context.self, from: "\(root)/\(name)/context.json")
        let raw = try RawRequest(try text(name, "request.txt"))
        var request = Request(head: raw.head, body: raw.body)
        if context.sign_body, let contentDigest = HTTPField.Name("x-amz-content-sha256") {
            request.head.headerFields[contentDigest] = Hexadecimal.text(Digest.sha256(raw.body))
        }
        // The token is left out before signing: it is added to the message afterwards, unsigned.
        let token = context.omit_session_token == true ? nil : context.credentials.token
        return SuiteCase(
            name: name,
            request: request,
            host: raw.host,
            credentials: Credentials(
                accessKeyID: context.credentials.access_key_id,
                secretAccessKey: Secret(context.credentials.secret_access_key),
                sessionToken: token.map { Secret($0) }
            ),
            time: SigningTime(epochSeconds: 1_440_938_160),
            path: context.normalize ? .normalized : .asSent,
            canonicalRequest: try text(name, "header-canonical-request.txt"),
            stringToSign: try text(name, "header-string-to-sign.txt"),
            signature: try text(name, "header-signature.txt"),
            authorization: nil
        )
    }
}

/// The classic suite in the form of botocore: `.req`, `.creq`, `.sts`, `.authz`.
struct BotocoreSuite {
    static let root = "sigv4-botocore"
    static let groups = ["normalize-path", "post-sts-token"]

    static var names: [String] {
        let listed = (try? Corpora.list(root)) ?? []
        return listed.flatMap { name -> [String] in
            if groups.contains(name) {
                return ((try? Corpora.list("\(root)/\(name)")) ?? []).map { "\(name)/\($0)" }
            }
            return [name]
        }
        .filter { !$0.hasSuffix(".txt") && !$0.hasSuffix(".md") && !["LICENSE", "NOTICE"].contains($0) }
    }

    static func load(_ name: String) throws -> SuiteCase {
        let stem = "\(root)/\(name)/\(name.split(separator: "/").last ?? "")"
        func text(_ suffix: String) throws -> String {
            String(decoding: try Corpora.bytes("\(stem).\(suffix)"), as: UTF8.self)
                .replacingOccurrences(of: "\r\n", with: "\n")
        }
        let raw = try RawRequest(try text("req"))
        let authorization = try text("authz")
        let canonicalRequest = try text("creq")
        // A signed token belongs to the credentials. Any other was added to the message afterwards.
        let sent = try RawRequest(try text("sreq")).head.headerFields[.amzSecurityToken]
        let token = canonicalRequest.contains("x-amz-security-token") ? sent : nil
        return SuiteCase(
            name: name,
            request: Request(head: raw.head, body: raw.body),
            host: raw.host,
            credentials: Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                sessionToken: token.map { Secret($0) }
            ),
            time: SigningTime(epochSeconds: 1_440_938_160),
            path: .normalized,
            canonicalRequest: canonicalRequest,
            stringToSign: try text("sts"),
            signature: String(authorization.suffix(64)),
            authorization: authorization
        )
    }
}

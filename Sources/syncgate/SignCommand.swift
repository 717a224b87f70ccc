import ArgumentParser
import Foundation
import Gateway
import HTTPTypes
import Messages
import SigV4

/// The command that shows how a request is signed, stage by stage: `syncgate sign request.txt`.
///
/// The request has its form on the wire: `GET /path HTTP/1.1`, fields, an empty line, the body. Credentials
/// come from the environment, never from the command line, where other users could read them.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Show how a request is signed: canonical request, string to sign, signature."
    )

    @Argument(help: "A file with one HTTP request; standard input if left out or '-'.")
    var file: String?

    @Option(help: "The region that the request is signed for.")
    var region = "us-east-1"

    @Option(help: "The service that the request is signed for.")
    var service = "cognito-sync"

    @Option(help: "The time of signing, as x-amz-date has it (20150830T123600Z); now if left out.")
    var time: String?

    func run() throws {
        let request = try WrittenRequest(readRequest()).request
        let environment = ProcessInfo.processInfo.environment
        guard let key = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"]
        else {
            throw ValidationError(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set in the environment"
            )
        }
        let credentials = Credentials(
            accessKeyID: key,
            secretAccessKey: Secret(secret),
            sessionToken: environment["AWS_SESSION_TOKEN"].map { Secret($0) }
        )
        let host = request.head.authority ?? "cognito-sync.\(region).amazonaws.com"
        let trace = Signer(region: region, service: service)
            .trace(request, host: host, credentials: credentials, at: try signingTime())
        print("canonical request\n\(trace.canonicalRequest)\n")
        print("string to sign\n\(trace.stringToSign)\n")
        print("signature\n\(trace.signature)\n")
        print("authorization\n\(trace.authorization)")
    }

    private func readRequest() throws -> Data {
        guard let file, file != "-" else { return FileHandle.standardInput.readDataToEndOfFile() }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw ValidationError("cannot read '\(file)': \(error.localizedDescription)")
        }
    }

    private func signingTime() throws -> SigningTime {
        guard let time else { return SigningTime(epochSeconds: GatewayClock.system.wall() / 1_000_000_000) }
        guard let parsed = SigningTime(parsing: time) else {
            throw ValidationError("'\(time)' is not a time; write it as 20150830T123600Z")
        }
        return parsed
    }
}

/// A request in a text file: lines end with CRLF or LF, and there is no framing.
private struct WrittenRequest {
    let request: Request

    init(_ data: Data) throws {
        let text = Array(data)
        var lines: [String] = []
        var start = 0
        var body: [UInt8] = []
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            let line = text[start..<end]
            start = min(end + 1, text.count)
            let bare = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if bare.isEmpty {
                body = Array(text[start...])
                break
            }
            lines.append(String(decoding: bare, as: UTF8.self))
        }
        request = Request(head: try Self.head(lines), body: body)
    }

    private static func head(_ lines: [String]) throws -> HTTPRequest {
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count >= 2, let method = HTTPRequest.Method(words[0]), words[1].hasPrefix("/") else {
            throw ValidationError("the first line must be like 'GET /path?query HTTP/1.1'")
        }
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: words[1])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon]))
            else {
                throw ValidationError("'\(line)' is not a header field; write it as 'name: value'")
            }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if name.canonicalName == "host" {
                head.authority = value
            } else {
                head.headerFields.append(HTTPField(name: name, value: value))
            }
        }
        return head
    }
}

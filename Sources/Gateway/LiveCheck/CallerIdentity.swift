import CredentialSources
import Foundation
import HTTPTypes
import Messages
import SigV4
import Upstream

/// The identity of credentials, as STS knows it: the answer to "who am I" that needs no right.
struct CallerIdentity: Decodable, Equatable {
    var account: String
    var arn: String

    private enum CodingKeys: String, CodingKey {
        case account = "Account"
        case arn = "Arn"
    }

    private struct Document: Decodable {
        struct Response: Decodable {
            var GetCallerIdentityResult: CallerIdentity
        }
        var GetCallerIdentityResponse: Response
    }

    private struct ErrorDocument: Decodable {
        struct Fault: Decodable { var Code: String }
        var Error: Fault
    }

    /// The reason why the identity is not known.
    enum Failure: Error, Equatable {
        /// STS cannot be reached; the credentials may be good all the same.
        case unreachable(String)
        case refused(String)
    }

    /// Asks STS, which sends JSON where a request prefers it.
    static func ask(
        _ origin: Origin,
        region: String,
        caFile: String? = nil,
        credentials: Credentials,
        at time: SigningTime,
        send: EndpointSend = EndpointSender.send
    ) async throws(Failure) -> Self {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        head.headerFields[.accept] = "application/json"
        head.headerFields[.contentType] = "application/x-www-form-urlencoded"
        var request = Request(head: head, body: [UInt8]("Action=GetCallerIdentity&Version=2011-06-15".utf8))
        Signer(region: region, service: "sts")
            .sign(&request, host: origin.authority, credentials: credentials, at: time)
        let response: Response
        do {
            response = try await send(
                EndpointRequest(origin: origin, request: request, total: .seconds(5), caFile: caFile)
            )
        } catch {
            throw .unreachable(error.detail)
        }
        let body = Data(response.body)
        if let document = try? JSONDecoder().decode(Document.self, from: body) {
            let identity = document.GetCallerIdentityResponse.GetCallerIdentityResult
            guard identity.isPlain else { throw .unreachable("its response is not one of STS") }
            return identity
        }
        let code = (try? JSONDecoder().decode(ErrorDocument.self, from: body))?.Error.Code ?? "no code"
        let status = response.head.status.code
        guard status < 500 else { throw .unreachable("it sent the status \(status)") }
        throw .refused("status \(status), \(code.prefix(64))")
    }

    /// Whether the two texts are short, and of visible ASCII characters: they are printed.
    private var isPlain: Bool {
        [account, arn].allSatisfy { text in
            text.utf8.count <= 2048 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }
}

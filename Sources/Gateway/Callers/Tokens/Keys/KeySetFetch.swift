import CredentialSources
import HTTPTypes
import Messages
import Upstream
import WebTokens

/// A fetch of the keys of an issuer, from its URL or from a file.
///
/// It asks over the sender of the credentials: no proxy, no redirect, a connection for each request, and no address
/// that is link-local.
struct KeySetFetch: Sendable {
    /// Keys with the time for which the issuer lets them be used.
    struct Fetched: Sendable {
        let keys: JSONWebKeySet
        /// The `max-age` in seconds; nil without one.
        let maximumAge: Int64?
    }

    private static let connect = Duration.seconds(2)
    private static let total = Duration.seconds(5)
    /// The largest file of a token in bytes.
    private static let longestToken = 64 << 10

    let source: KeySource
    let send: EndpointSend

    func run() async throws(KeySetFault) -> Fetched {
        if let file = source.file { return Fetched(keys: try keys(inFile: file), maximumAge: nil) }
        let configured = source.url.map { KeySetURL($0) } ?? KeySetURL.discovery(of: source.issuer)
        guard let configured else { throw .unfitURL(source.url ?? source.issuer) }
        guard source.url == nil else { return try await keys(at: configured, trusted: configured) }
        let response = try await response(from: configured, trusted: configured)
        guard let document = IssuerDocument(response.body) else {
            throw .malformedDocument(url: configured.text)
        }
        guard document.issuer.utf8.elementsEqual(source.issuer.utf8) else {
            throw .otherIssuer(url: configured.text)
        }
        guard let next = configured.following(document.keySetURL) else {
            throw .unfitKeySetURL(url: configured.text)
        }
        return try await keys(at: next, trusted: configured)
    }

    private func keys(inFile file: String) throws(KeySetFault) -> JSONWebKeySet {
        let bytes: [UInt8]?
        do {
            bytes = try SharedFile.read(file, kind: "file of keys", for: nil, limit: JSONWebKeySet.largest)
        } catch {
            throw .unreadableFile(error.description)
        }
        guard let bytes else {
            throw .unreadableFile("file of keys '\(file)' does not exist; mount it, or name another")
        }
        return try keys(in: bytes, place: file)
    }

    private func keys(at url: KeySetURL, trusted: KeySetURL) async throws(KeySetFault) -> Fetched {
        let response = try await response(from: url, trusted: trusted)
        return Fetched(
            keys: try keys(in: response.body, place: url.text),
            maximumAge: MaximumAge.seconds(response.head.headerFields[.cacheControl])
        )
    }

    private func keys(in bytes: [UInt8], place: String) throws(KeySetFault) -> JSONWebKeySet {
        do {
            return try JSONWebKeySet(bytes)
        } catch {
            throw .unfitKeys(error, place: place)
        }
    }

    /// Sends a GET; the token goes to the host of the configuration alone, wherever a document leads.
    private func response(from url: KeySetURL, trusted: KeySetURL) async throws(KeySetFault) -> Response {
        var head = HTTPRequest(method: .get, scheme: nil, authority: url.upstream.authority, path: url.path)
        head.headerFields[.accept] = "application/json"
        if let file = source.tokenFile, url.upstream == trusted.upstream {
            head.headerFields[.authorization] = "Bearer \(try token(in: file))"
        }
        var request = EndpointRequest(
            origin: url.upstream,
            request: Request(head: head, body: []),
            connect: Self.connect,
            total: Self.total,
            caFile: source.caFile
        )
        request.maximumBody = JSONWebKeySet.largest
        let response: Response
        do {
            response = try await send(request)
        } catch {
            throw .unreachable(error, url: url.text)
        }
        guard response.head.status == .ok else {
            throw .status(response.head.status.code, url: url.text)
        }
        return response
    }

    private func token(in file: String) throws(KeySetFault) -> String {
        let bytes: [UInt8]?
        do {
            bytes = try SharedFile.read(file, kind: "token file", for: nil, limit: Self.longestToken)
        } catch {
            throw .unreadableFile(error.description)
        }
        let token = (bytes ?? []).last == UInt8(ascii: "\n") ? (bytes ?? []).dropLast() : (bytes ?? [])[...]
        guard !token.isEmpty, token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .unreadableFile("token file '\(file)' is not a token in ASCII; name another")
        }
        return String(decoding: token, as: UTF8.self)
    }
}

extension KeySetURL {
    /// The URL for messages, without the query: it can hold a secret.
    var text: String { String(upstream.url.dropLast() + path.prefix { $0 != "?" }) }
}

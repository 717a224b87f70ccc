import Upstream
import WebTokens

/// The reason why the keys of an issuer were not fetched, as a clause for the log.
enum KeySetFault: Error, Sendable, Equatable {
    case unfitURL(String)
    case unreachable(UpstreamError, url: String)
    case status(Int, url: String)
    case malformedDocument(url: String)
    /// The discovery document is that of another issuer.
    case otherIssuer(url: String)
    /// The discovery document leads to a URL that is not used.
    case unfitKeySetURL(url: String)
    case unfitKeys(JSONWebKeySet.Fault, place: String)
    case unreadableFile(String)
}

extension KeySetFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .unfitURL(let url): "'\(url)' is not an https URL; correct it"
        case .unreachable(let error, let url) where error.kind == .tooLarge:
            "asked '\(url)', got more than \(JSONWebKeySet.largest) bytes; name the URL of a set of keys"
        case .unreachable(let error, let url):
            "asked '\(url)', got no response: \(error.detail); check the way to it"
        case .status(let status, let url) where (300..<400).contains(status):
            "asked '\(url)', got a redirect with status \(status); name the last URL"
        case .status(let status, let url): "asked '\(url)', got status \(status); check the URL"
        case .malformedDocument(let url):
            "asked '\(url)', got no discovery document; name the URL of the keys"
        case .otherIssuer(let url):
            "asked '\(url)', got the document of another issuer; write the issuer as it stands there"
        case .unfitKeySetURL(let url):
            "asked '\(url)', got a 'jwks_uri' that is not used; name the URL of the keys"
        case .unfitKeys(let fault, let place): "'\(place)': \(fault); check that it is a set of keys"
        case .unreadableFile(let text): text
        }
    }
}

internal import HTTPTypes
internal import Messages
package import Serving
package import SigV4

/// Who may ask the admin listener, and for what.
package struct AdminGuard: Sendable {
    private let token: Secret?
    private let isLoopback: Bool

    /// `address` is where the listener is bound.
    package init(token: Secret?, address: ListenAddress) {
        self.token = token
        switch address {
        case .tcp(let host, _): isLoopback = LoopbackName.contains(host)
        case .unix: isLoopback = false
        }
    }

    /// Refuses names that a web page may have pointed here.
    ///
    /// A listener on loopback is asked by its own machine, by a loopback name; any other name in Host means that
    /// a browser was led here by DNS (rebinding, T29). A listener open to the network has names of its own.
    func checkHost(_ request: Request) throws(AdminError) {
        guard isLoopback else { return }
        guard let authority = request.head.authority, LoopbackName.contains(Self.host(authority)) else {
            throw .forbidden("this listener answers to loopback names only")
        }
    }

    /// Refuses what a browser asks for on behalf of some page, and what comes without the token.
    func checkChange(_ request: Request) throws(AdminError) {
        let origin = Self.origin.flatMap { request.head.headerFields[$0] }
        if let origin, origin != "http://\(request.head.authority ?? "")" {
            throw .forbidden("changes are not open to web pages")
        }
        guard let token else { return }
        guard let field = request.head.headerFields[.authorization], Self.scheme(field) == "bearer" else {
            throw .unauthorized
        }
        let offered = field.dropFirst("bearer ".count).drop { $0 == " " }
        // Hashed first, so that not even the length shows in the time that the comparison takes.
        guard Digest.equal(Digest.sha256(Array(offered.utf8)), Digest.sha256(Array(token.text.utf8))) else {
            throw .unauthorized
        }
    }

    /// RFC 6454's field, by its text: the gateway has a field of its own with origin in its name.
    private static let origin = HTTPField.Name("Origin")

    private static func scheme(_ field: String) -> String? {
        field.split(separator: " ", maxSplits: 1).first.map { $0.lowercased() }
    }

    /// Without port and brackets.
    private static func host(_ authority: String) -> Substring {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return authority[authority.index(after: authority.startIndex)..<end]
        }
        return authority.prefix { $0 != ":" }
    }
}

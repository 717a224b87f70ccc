package import HTTPTypes

/// The web pages whose requests are served.
///
/// A browser sends requests for any page that it shows, some without asking first. It names the page in
/// `Origin`, or at least says that the request crosses sites (Fetch Metadata). Services send neither field.
package struct OriginPolicy: Sendable, Equatable {
    /// The origin of a request, as far as its fields tell.
    package enum Verdict: Sendable, Equatable {
        /// No page has sent it.
        case direct
        /// A page of this listed origin has sent it.
        case listed(String)
        /// A page has sent it that is not listed.
        case refused
    }

    /// The listed origins, in lower case.
    private let origins: Set<String>

    package init(origins: [String] = []) { self.origins = Set(origins.map { $0.lowercased() }) }

    /// Returns the verdict on a request with these fields.
    ///
    /// `null` is the origin of sandboxed pages and files, and never listed. A user who enters an address is
    /// no page: the site is then `none`.
    package func verdict(on fields: HTTPFields) -> Verdict {
        var origin: String?
        var crossesSites = false
        for field in fields {
            switch field.name.canonicalName {
            case "origin":
                guard origin == nil else { return .refused }
                origin = field.value
            case "sec-fetch-site":
                crossesSites = crossesSites || (field.value != "none" && field.value != "same-origin")
            default: break
            }
        }
        if let origin {
            let isListed = origins.contains(origin.lowercased()) && origin != "null" && origin != "*"
            return isListed ? .listed(origin) : .refused
        }
        return crossesSites ? .refused : .direct
    }
}

package import HTTPTypes

/// The web pages whose requests are served.
///
/// A browser sends requests for any page that it shows, some without asking first. It names the page in the `Origin`
/// field (RFC 6454), or at least says that the request crosses sites (Fetch Metadata). Services send neither field.
package struct PagePolicy: Sendable, Equatable {
    /// The sender of a request, as far as its fields tell.
    package enum Verdict: Sendable, Equatable {
        /// No page has sent it.
        case direct
        /// A listed page has sent it, under this name.
        case listed(String)
        /// A page has sent it that is not listed.
        case refused
    }

    /// The names of the listed pages, in lower case.
    private let listed: Set<String>

    /// Makes a policy.
    ///
    /// - Parameter listed: The pages by scheme, host and port, as in the `Origin` field.
    package init(listed: [String] = []) { self.listed = Set(listed.map { $0.lowercased() }) }

    /// Returns the verdict on a request with these fields.
    ///
    /// `null` stands for sandboxed pages and files, and is never listed. A user who enters an address is no page: the
    /// site is then `none`.
    package func verdict(on fields: HTTPFields) -> Verdict {
        var page: String?
        var crossesSites = false
        for field in fields {
            switch field.name.canonicalName {
            case "origin":
                guard page == nil else { return .refused }
                page = field.value
            case "sec-fetch-site":
                crossesSites = crossesSites || (field.value != "none" && field.value != "same-origin")
            default: break
            }
        }
        if let page {
            let isListed = listed.contains(page.lowercased()) && page != "null" && page != "*"
            return isListed ? .listed(page) : .refused
        }
        return crossesSites ? .refused : .direct
    }
}

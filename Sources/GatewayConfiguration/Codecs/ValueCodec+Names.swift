internal import Messages

extension ValueCodec where Value == String {
    /// A codec of the names of callers, keys and issuers, which are in candidates and in the log.
    static var shortName: Self {
        let form = "1 to 64 letters, digits and ._-"
        return text("a short name", form: form, where: CallerCandidate.isName)
            .allowing(form, .pattern("^[A-Za-z0-9._-]{1,64}$"))
    }

    /// A codec of the names of grants; digits alone are the number of a grant without a name.
    static var grantName: Self {
        let form = "1 to 64 letters, digits and ._-, not digits alone"
        return text("the name of a grant", form: form) { name in
            CallerCandidate.isName(name) && !name.utf8.allSatisfy(\.isDigit)
        }
        .allowing(form, .pattern("^(?![0-9]+$)[A-Za-z0-9._-]{1,64}$"))
    }

    /// A codec of the header fields that may hold an API key, in lower case.
    static var keyHeader: Self {
        let form = "the name of a header field that has no other meaning, such as x-api-key"
        return Self(
            noun: "a header field for keys",
            form: form,
            read: { input in
                guard case .scalar(let text) = input, KeyHeader.isUsable(text) else { return nil }
                return text.lowercased()
            },
            show: { YAMLText.scalar($0) }
        )
        .refusing { KeyHeader.isName($0) ? ValueRefusal("has a meaning of its own") : nil }
        .allowing(form, .pattern("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$"))
    }
}

/// The names of header fields that may hold an API key.
enum KeyHeader {
    /// The fields that frame, route or describe a request, or that the gateway reads for another purpose.
    private static let reserved = HopByHopFields(and: [
        "accept", "accept-encoding", "authorization", "cache-control", "content-encoding", "content-length",
        "content-type", "cookie", "date", "expect", "forwarded", "host", "http2-settings", "if-match",
        "if-none-match", "origin", "pragma", "proxy-authorization", "range", "referer", "traceparent",
        "tracestate", "user-agent", "via", "x-request-id",
    ])
    private static let prefixes = ["access-control-", "amz-sdk-", "proxy-", "sec-", "x-amz-", "x-forwarded-"]

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(\.isTokenByte)
    }

    static func isUsable(_ text: String) -> Bool {
        let name = text.lowercased()
        return isName(name) && !reserved.contains(name) && !prefixes.contains { name.hasPrefix($0) }
    }
}

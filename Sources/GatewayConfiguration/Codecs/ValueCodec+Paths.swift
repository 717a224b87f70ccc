extension ValueCodec where Value == String {
    /// A codec of paths of a request, in the one spelling that matches: no escapes, no dot segments, no query.
    static var requestPath: Self {
        let form = "a path such as /healthz"
        return text("a path of requests", form: form) { path in
            guard (2...128).contains(path.utf8.count), path.hasPrefix("/") else { return false }
            return path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { segment in
                    !segment.isEmpty && segment.allSatisfy(isPlain)
                        && !segment.allSatisfy { $0 == UInt8(ascii: ".") }
                }
        }
        .allowing(form, .pattern("^(/[A-Za-z0-9._~-]+)+$"))
    }

    /// Returns whether a byte is unreserved in a URL (RFC 3986 section 2.3).
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

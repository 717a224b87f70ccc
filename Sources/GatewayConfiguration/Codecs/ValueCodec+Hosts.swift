import Messages

extension ValueCodec where Value == [String] {
    /// A codec of lists of host names, without ports; `*` stands for every name.
    static var hosts: Self {
        texts("a list of host names", form: "[gateway.example, gateway], or [\"*\"]") {
            $0 == "*" || isHostName($0)
        }
    }

    /// A codec of lists of origins (RFC 6454): scheme, host and perhaps port.
    ///
    /// `*` and `null` are none: each page can have the origin `null`.
    static var origins: Self {
        texts("a list of origins", form: "[https://app.example, http://localhost:3000]") { isOrigin($0) }
    }

    /// Returns a codec of lists, perhaps empty, whose elements are accepted and differ.
    private static func texts(
        _ noun: String,
        form: String,
        where accepts: @escaping @Sendable (String) -> Bool
    ) -> Self {
        Self(
            noun: noun,
            form: form,
            read: { input in
                if input == .empty || input == .list([]) { return [] }
                return input.elements { accepts($0) ? $0 : nil }
            },
            show: { YAMLText.list($0) }
        )
    }

    private static let nameBytes = ByteSet("a"..."z", "A"..."Z", "0"..."9", and: "._-")

    private static func isHostName(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        return (1...255).contains(bytes.count) && nameBytes.containsAll(bytes.span)
    }

    private static func isOrigin(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "://") else { return false }
        let scheme = text[..<end.lowerBound]
        let authority = text[end.upperBound...]
        guard isHostName(scheme) else { return false }
        let colon = authority.lastIndex(of: ":")
        let host = authority[..<(colon ?? authority.endIndex)]
        guard let colon else { return isHostName(host) }
        let port = authority[authority.index(after: colon)...]
        return isHostName(host) && (1...5).contains(port.utf8.count) && port.utf8.allSatisfy(\.isDigit)
    }
}

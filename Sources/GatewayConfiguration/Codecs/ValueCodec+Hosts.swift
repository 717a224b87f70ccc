import Messages

extension ValueCodec where Value == [String] {
    /// A codec of lists of host names, without ports; `*` stands for every name.
    static var hosts: Self {
        texts("a list of host names", form: "[gateway.example, gateway], or [\"*\"]") {
            $0 == "*" || HostName.isValid($0)
        }
    }

    /// A codec of lists of web pages by scheme, host and perhaps port: the origins of RFC 6454.
    ///
    /// `*` and `null` are none: any page can call itself `null`.
    static var origins: Self {
        texts("a list of web pages", form: "[https://app.example, http://localhost:3000]") {
            Origin($0) != nil && !$0.hasSuffix("/")
        }
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
}

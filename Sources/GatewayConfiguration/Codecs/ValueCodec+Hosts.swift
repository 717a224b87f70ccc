import Messages

extension ValueCodec where Value == [String] {
    /// A codec of lists of host names, without ports; `*` stands for every name.
    static var hosts: Self {
        texts("a list of host names", form: "[gateway.example, gateway], or [\"*\"]", element: "a host name")
        {
            $0 == "*" || HostName.isValid($0)
        }
    }

    /// A codec of lists of web pages by scheme, host and perhaps port: the origins of RFC 6454.
    ///
    /// `*` and `null` are none: any page can call itself `null`.
    static var origins: Self {
        texts(
            "a list of web pages",
            form: "[https://app.example, http://localhost:3000]",
            element: "the origin of a web page"
        ) {
            Origin($0) != nil && !$0.hasSuffix("/")
        }
    }

    /// Returns a codec of lists, perhaps empty, whose elements are accepted and differ.
    private static func texts(
        _ noun: String,
        form: String,
        element: String,
        where accepts: @escaping @Sendable (String) -> Bool
    ) -> Self {
        let read: @Sendable (String) -> String? = { accepts($0) ? $0 : nil }
        let form = "a list such as \(form)"
        var codec = Self(
            noun: noun,
            form: form,
            read: { input in
                if input.isEmptyList { return [] }
                return input.elements(read)
            },
            show: { YAMLText.list($0) }
        )
        .allowing(form, .optional(.list(.text)))
        codec.refusal = { $0.refusal(element, read) }
        return codec
    }
}

import Messages

extension ValueCodec where Value == String {
    /// Returns a codec of the texts that `accepts` returns true for.
    static func text(
        _ noun: String,
        form: String,
        where accepts: @escaping @Sendable (String) -> Bool
    ) -> Self {
        Self(
            noun: noun,
            form: form,
            read: { input in
                guard case .scalar(let text) = input, accepts(text) else { return nil }
                return text
            },
            show: { YAMLText.scalar($0) }
        )
    }

    static var file: Self {
        text("the path of a file", form: "at most 4096 bytes, none of them NUL") {
            (1...4096).contains($0.utf8.count) && !$0.utf8.contains(0)
        }
    }

    static var name: Self {
        text("a name", form: "1 to 128 printable characters") { name in
            (1...128).contains(name.utf8.count) && !name.unicodeScalars.contains(where: TextEscape.isHarmful)
        }
    }

    static var region: Self {
        text("a region", form: "lower-case letters, digits and hyphens, such as us-east-1") { region in
            (1...63).contains(region.utf8.count)
                && region.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                }
        }
    }

    /// A codec of scheme and authority alone: the path is that of the operation.
    static var endpoint: Self {
        text("a URL of a host alone", form: "https://host or http://host:port") {
            ServiceURL($0)?.hasUserInfo == false
        }
    }

    /// A codec of proxies, whose URL may hold a user and a password: a secret.
    static var proxy: Self {
        var codec = text("a URL of a proxy", form: "http://host:port") { ServiceURL($0) != nil }
        codec.holdsSecret = { ServiceURL($0)?.hasUserInfo == true }
        codec.redact = { YAMLText.scalar(ServiceURL($0)?.redacted ?? "<redacted>") }
        return codec
    }
}

extension ValueCodec {
    /// Returns a codec that reads an empty value as nil.
    static func optional(_ codec: ValueCodec<String>) -> Self where Value == String? {
        var optional = Self(
            noun: codec.noun,
            form: codec.form + ", or nothing",
            read: { input in
                guard input != .empty else { return .some(nil) }
                return codec.read(input).map { Optional($0) }
            },
            show: { value in value.map(codec.show) ?? "" }
        )
        if let redact = codec.redact { optional.redact = { value in value.map(redact) ?? "" } }
        optional.holdsSecret = codec.holdsSecret
        return optional
    }

    /// Returns a codec of `all`, and of lists that have each element once.
    static func allowance<Element: Hashable & Sendable>(
        _ noun: String,
        form: String,
        read: @escaping @Sendable (String) -> Element?,
        show: @escaping @Sendable (Element) -> String
    ) -> Self where Value == Allowance<Element> {
        Self(
            noun: noun,
            form: "all, or a list such as " + form,
            read: { input in
                guard input != .scalar("all") else { return .all }
                return input.elements(read).map { .only(Set($0)) }
            },
            show: { allowance in
                switch allowance {
                case .all: "all"
                case .only(let elements): YAMLText.list(elements.map(show).sorted())
                }
            }
        )
    }

    /// Returns a codec of lists with names of an enum, each at most once.
    static func list<Element: CaseIterable & RawRepresentable & Hashable & Sendable>(_ noun: String) -> Self
    where Value == [Element], Element.RawValue == String {
        Self(
            noun: noun,
            form: "a list of " + Element.allCases.map(\.rawValue).joined(separator: ", ") + ", each once",
            read: { $0.elements { Element(rawValue: $0) } },
            show: { YAMLText.list($0.map(\.rawValue)) }
        )
    }
}

extension ValueInput {
    /// Returns the elements of a list, or of a text with commas.
    ///
    /// - Returns: Nil if there is none, if one cannot be read, or if one is given twice.
    func elements<Element: Hashable>(_ read: (String) -> Element?) -> [Element]? {
        let texts: [String]
        switch self {
        case .empty: return nil
        case .list(let elements): texts = elements
        case .scalar(let text):
            texts = text.split(separator: ",", omittingEmptySubsequences: false)
                .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        }
        let elements = texts.compactMap(read)
        guard !texts.isEmpty, elements.count == texts.count, Set(elements).count == elements.count else {
            return nil
        }
        return elements
    }
}

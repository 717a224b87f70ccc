extension ValueCodec where Value == String {
    /// Any text that `accepts` takes.
    static func text(_ takes: String, where accepts: @escaping @Sendable (String) -> Bool) -> Self {
        Self(
            takes: takes,
            read: { input in
                guard case .scalar(let text) = input, accepts(text) else { return nil }
                return text
            },
            show: { YAMLText.scalar($0) }
        )
    }

    static var file: Self {
        text("the path of a file") { (1...4096).contains($0.utf8.count) && !$0.utf8.contains(0) }
    }

    static var name: Self {
        text("a name of 1 to 128 printable characters") { name in
            (1...128).contains(name.utf8.count) && !name.unicodeScalars.contains(where: LogText.isHarmful)
        }
    }

    static var region: Self {
        text("a region such as us-east-1") { region in
            (1...63).contains(region.utf8.count)
                && region.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                }
        }
    }

    /// Scheme and authority only: the path is the operation's.
    static var origin: Self {
        text("an http or https URL without a path, such as https://cognito-sync.us-east-1.amazonaws.com") {
            url in
            ServiceURL(url)?.hasUserInfo == false
        }
    }

    /// May hold a user and a password, which are a secret.
    static var proxy: Self {
        var kind = text("a proxy such as http://proxy.example:3128") { ServiceURL($0) != nil }
        kind.holdsSecret = { ServiceURL($0)?.hasUserInfo == true }
        kind.redact = { YAMLText.scalar(ServiceURL($0)?.redacted ?? "<redacted>") }
        return kind
    }
}

extension ValueCodec {
    /// Nil where nothing stands.
    static func optional(_ kind: ValueCodec<String>) -> Self where Value == String? {
        var optional = Self(
            takes: kind.takes + ", or nothing",
            read: { input in
                guard input != .empty else { return .some(nil) }
                return kind.read(input).map { Optional($0) }
            },
            show: { value in value.map(kind.show) ?? "" }
        )
        if let redact = kind.redact { optional.redact = { value in value.map(redact) ?? "" } }
        optional.holdsSecret = kind.holdsSecret
        return optional
    }

    /// `all`, or a list; each element once.
    static func allowance<Element: Hashable & Sendable>(
        _ takes: String,
        read: @escaping @Sendable (String) -> Element?,
        show: @escaping @Sendable (Element) -> String
    ) -> Self where Value == Allowance<Element> {
        Self(
            takes: "all, or a list of " + takes,
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

    static func list<Element: ClosedSet & Hashable & Sendable>() -> Self where Value == [Element] {
        Self(
            takes: "a list of " + Element.allCases.map(\.rawValue).joined(separator: ", "),
            read: { $0.elements { Element(rawValue: $0) } },
            show: { YAMLText.list($0.map(\.rawValue)) }
        )
    }
}

extension ValueInput {
    /// The elements of a list, or of a text with commas; nil if one is not readable, stands twice, or there is none.
    fileprivate func elements<Element: Hashable>(_ read: (String) -> Element?) -> [Element]? {
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

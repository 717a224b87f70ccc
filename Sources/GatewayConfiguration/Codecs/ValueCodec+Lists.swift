extension ValueCodec {
    /// Returns a codec of `all`, and of lists that have each element once; `names` are those that a list may have.
    static func allowance<Element: Hashable & Sendable>(
        _ noun: String,
        form: String,
        element: String,
        names: [String]? = nil,
        read: @escaping @Sendable (String) -> Element?,
        show: @escaping @Sendable (Element) -> String
    ) -> Self where Value == Allowance<Element> {
        let form = "all, or a list such as " + form
        var codec = Self(
            noun: noun,
            form: form,
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
        .allowing(form, .either([.words(["all"]), .list(names.map { .words($0) } ?? .text)]))
        codec.refusal = { input in
            if case .list(let elements) = input, elements.contains(.scalar("all")) {
                return ValueRefusal("has all in brackets", "all", repeatsValue: false)
            }
            return input.refusal(element, names: (names ?? []) + ["all"], read)
        }
        return codec
    }

    /// Returns a codec of lists with some names of an enum, each at most once.
    static func list<Element: RawRepresentable & Hashable & Sendable>(
        _ noun: String,
        of elements: [Element]
    ) -> Self
    where Value == [Element], Element.RawValue == String {
        let names = elements.map(\.rawValue)
        let element = "one of its values"
        let form = "a list of " + names.joined(separator: ", ") + ", each once"
        let read: @Sendable (String) -> Element? = { text in elements.first { $0.rawValue == text } }
        var codec = Self(
            noun: noun,
            form: form,
            read: { $0.elements(read) },
            show: { YAMLText.list($0.map(\.rawValue)) }
        )
        .allowing(form, .list(.words(names)))
        codec.refusal = { $0.refusal(element, names: names, read) }
        return codec
    }
}

extension ValueInput {
    /// Returns the elements of a list, or of a text with commas.
    ///
    /// - Returns: Nil if there is none, if one cannot be read, or if one is given twice.
    func elements<Element: Hashable>(_ read: (String) -> Element?) -> [Element]? {
        guard let texts else { return nil }
        let elements = texts.compactMap(read)
        guard !texts.isEmpty, elements.count == texts.count, Set(elements).count == elements.count else {
            return nil
        }
        return elements
    }

    /// Returns the reason why a list is refused: its first wrong element; nil if it is no list.
    ///
    /// `names` are the elements that may be suggested.
    func refusal<Element: Hashable>(
        _ noun: String,
        names: [String] = [],
        _ read: (String) -> Element?
    ) -> ValueRefusal? {
        guard let texts else { return nil }
        guard !texts.isEmpty else { return ValueRefusal("has no element") }
        var seen: Set<Element> = []
        for (index, text) in texts.enumerated() where text.utf8.count <= 256 {
            guard let element = read(text) else {
                return .word("is not \(noun)", text, among: names, element: index)
            }
            guard seen.insert(element).inserted else {
                return ValueRefusal("is given twice", element: index)
            }
        }
        return nil
    }
}

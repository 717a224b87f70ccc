internal import Messages

extension ValueCodec where Value == Allowance<String> {
    /// A codec of `all`, and of patterns of dataset names, in which `*` stands for any run of characters.
    static var datasets: Self {
        let most = Configuration.CallerGrant.mostPatterns
        let noun = "a list of at most \(most) dataset patterns"
        let list = allowance(
            noun,
            form: "[profile, \"settings.*\"]",
            element: "a dataset pattern: 1 to 128 letters, digits and _.:-*",
            read: { isPattern($0) ? $0 : nil },
            show: { $0 }
        )
        var codec = Self(
            noun: list.noun,
            form: list.form,
            read: { input in
                guard let patterns = list.read(input) else { return nil }
                if case .only(let texts) = patterns, texts.count > most { return nil }
                return patterns
            },
            show: list.show
        )
        .allowing(
            list.allowed,
            .either([.words(["all"]), .list(.pattern("^[A-Za-z0-9_.:*-]{1,128}$"))])
        )
        codec.refusal = list.refusal
        return codec
    }

    private static func isPattern(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(patternBytes.contains)
    }

    private static let patternBytes = ByteSet("a"..."z", "A"..."Z", "0"..."9", and: "_.:-*")
}

internal import Serving

extension ValueCodec where Value == Int {
    static func integer(_ bounds: ClosedRange<Int>) -> Self {
        Self(
            noun: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            form: "digits alone",
            read: { input in
                guard case .scalar(let text) = input, let value = WholeNumber.parse(text) else {
                    return nil
                }
                return Int(exactly: value).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { String($0) }
        )
        .allowing(
            "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            .integer(Int64(bounds.lowerBound)...Int64(bounds.upperBound))
        )
        .refusing { WholeNumber.refusal($0, Int64(bounds.lowerBound)...Int64(bounds.upperBound)) }
    }

    /// Returns a codec of sizes in bytes.
    static func size(_ bounds: ClosedRange<Int>) -> Self {
        let range = "a size from \(ByteSize.text(bounds.lowerBound)) to \(ByteSize.text(bounds.upperBound))"
        let example = ByteSize.text(bounds.example(64 << 20, 64 << 10))
        return Self(
            noun: range,
            form: "a number with a unit, such as \(example)",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return ByteSize.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { ByteSize.text($0) }
        )
        .allowing("\(range), such as \(example)", .size)
        .refusing { ByteSize.refusal($0, bounds) }
    }
}

extension ValueCodec where Value == TokenRate {
    static func rate(_ bounds: ClosedRange<TokenRate>) -> Self {
        Self(
            noun: "a rate from \(bounds.lowerBound) to \(bounds.upperBound)",
            form: "a number in a second, minute or hour, such as 200/s or 6/m",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return TokenRate(parsing: text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { "\($0)" }
        )
        .allowing("a rate from \(bounds.lowerBound) to \(bounds.upperBound), such as 200/s or 6/m", .rate)
        .refusing { TokenRate.refusal($0, bounds) }
    }
}

extension ValueCodec where Value == Int64 {
    static func count(_ bounds: ClosedRange<Int64>) -> Self {
        Self(
            noun: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            form: "digits alone",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return WholeNumber.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { String($0) }
        )
        .allowing("a whole number from \(bounds.lowerBound) to \(bounds.upperBound)", .integer(bounds))
        .refusing { WholeNumber.refusal($0, bounds) }
    }
}

extension ValueCodec where Value == Int? {
    /// Returns a codec of `auto`, which is nil, and of whole numbers.
    static func automatic(_ bounds: ClosedRange<Int>) -> Self {
        Self(
            noun: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            form: "digits alone, or auto",
            read: { input in
                guard input != .scalar("auto") else { return .some(nil) }
                return ValueCodec<Int>.integer(bounds).read(input).map { Optional($0) }
            },
            show: { $0.map { String($0) } ?? "auto" }
        )
        .automatic(like: ValueCodec<Int>.integer(bounds))
    }

    /// Returns a codec of `auto`, which is nil, and of sizes in bytes.
    static func automatic(size bounds: ClosedRange<Int>) -> Self {
        let size = ValueCodec<Int>.size(bounds)
        return Self(
            noun: size.noun,
            form: "\(size.form), or auto",
            read: { input in
                guard input != .scalar("auto") else { return .some(nil) }
                return size.read(input).map { Optional($0) }
            },
            show: { $0.map { ByteSize.text($0) } ?? "auto" }
        )
        .automatic(like: size)
    }

    /// Returns the codec with the refusals of another one, and with `auto` beside its values.
    private func automatic(like codec: ValueCodec<Int>) -> Self {
        allowing(
            codec.allowed.map { $0 + ", or auto" },
            .either([.words(["auto"]), codec.schema])
        )
        .refusing { text in
            if let refusal = codec.refusal(.scalar(text)) { return refusal }
            let word = ValueRefusal.word("is not \(codec.noun)", text, among: ["auto"])
            return word.suggestion == nil ? nil : word
        }
    }
}

extension ValueCodec where Value == Duration {
    static func duration(_ bounds: ClosedRange<Duration>) -> Self {
        let (least, most) = (DurationText.text(bounds.lowerBound), DurationText.text(bounds.upperBound))
        let example = DurationText.text(bounds.example(.seconds(5), .seconds(300)))
        return Self(
            noun: "a duration from \(least) to \(most)",
            form: "a number with a unit, such as \(example)",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return DurationText.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { DurationText.text($0) }
        )
        .allowing("a duration from \(least) to \(most), such as \(example)", .duration)
        .refusing { DurationText.refusal($0, bounds) }
    }
}

extension ClosedRange {
    /// Returns the first of two values that is within the bounds, or the upper bound.
    fileprivate func example(_ first: Bound, _ second: Bound) -> Bound {
        contains(first) ? first : contains(second) ? second : upperBound
    }
}

extension ValueCodec where Value == Bool {
    static var flag: Self {
        Self(
            noun: "a Boolean",
            form: "true or false",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return BooleanText.parse(text)
            },
            show: { $0 ? "true" : "false" }
        )
        .allowing("true or false", .flag)
        .refusing { BooleanText.refusal($0, noun: "a Boolean") }
    }
}

extension ValueCodec where Value == ListenAddress {
    static var address: Self {
        Self(
            noun: "an address to listen on",
            form: ListenAddress.form,
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return try? ListenAddress(parsing: text)
            },
            show: { YAMLText.scalar($0.description) }
        )
        .allowing(
            ListenAddress.form,
            .pattern("^(unix:/.*|(\\[[0-9A-Fa-f:.]+\\]|[^:*\\[\\]/ ]+):[0-9]{1,5})$")
        )
        .refusing(AddressGuess.refusal)
    }
}

extension ValueCodec where Value == SocketMode? {
    static var socketMode: Self {
        Self(
            noun: "the mode of a file",
            form: "three octal digits behind a 0, such as 0660, or nothing",
            read: { input in
                switch input {
                case .empty: .some(nil)
                case .scalar(let text): SocketMode(parsing: text).map { Optional($0) }
                case .list, .mapping: nil
                }
            },
            show: { $0.map(\.description) ?? "" }
        )
        .allowing("three octal digits behind a 0, such as 0660, or nothing", .optional(.mode))
    }
}

extension ValueCodec where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// A codec of the names of an enum; of both kinds of Booleans where `yes` and `no` are among them.
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        let isBoolean = names.contains("yes") && names.contains("no")
        let form = names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])"
        return Self(
            noun: "one of its values",
            form: form,
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                let boolean = isBoolean ? BooleanText.parse(text).map { $0 ? "yes" : "no" } : nil
                return Value(rawValue: boolean ?? text)
            },
            show: { $0.rawValue }
        )
        .allowing(form, isBoolean ? .either([.flag, .words(names)]) : .words(names))
        .refusing { text in
            isBoolean
                ? BooleanText.refusal(text, noun: "one of its values", others: names)
                : .word("is not one of its values", text, among: names)
        }
    }

    /// Returns the codec with names that values had before: they are still taken, with a warning.
    func formerly(_ names: [String: Value]) -> Self {
        let read = read
        var codec = Self(
            noun: noun,
            form: form,
            read: { input in
                guard case .scalar(let text) = input, let value = names[text] else { return read(input) }
                return value
            },
            show: show
        )
        .allowing(allowed, .either([schema, .words(names.keys.sorted())]))
        codec.refusal = refusal
        codec.successor = { input in
            guard case .scalar(let text) = input else { return nil }
            return names[text]?.rawValue
        }
        return codec
    }
}

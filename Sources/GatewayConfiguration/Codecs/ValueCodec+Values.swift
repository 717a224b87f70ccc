internal import Serving

extension ValueCodec where Value == Int {
    static func integer(_ bounds: ClosedRange<Int>) -> Self {
        Self(
            takes: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            read: { input in
                guard case .scalar(let text) = input, let value = DecimalDigits.integer(text) else {
                    return nil
                }
                return Int(exactly: value).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { String($0) }
        )
    }

    /// Bytes.
    static func size(_ bounds: ClosedRange<Int>) -> Self {
        Self(
            takes: "a size such as 64MiB, from \(ByteSize.text(bounds.lowerBound)) to "
                + ByteSize.text(bounds.upperBound),
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return ByteSize.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { ByteSize.text($0) }
        )
    }
}

extension ValueCodec where Value == Int64 {
    /// Per second.
    static func rate(_ bounds: ClosedRange<Int64>) -> Self {
        Self(
            takes: "a rate such as 200/s, from \(bounds.lowerBound)/s to \(bounds.upperBound)/s",
            read: { input in
                guard case .scalar(let text) = input, text.hasSuffix("/s") else { return nil }
                return DecimalDigits.integer(text.dropLast(2)).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { "\($0)/s" }
        )
    }

    static func count(_ bounds: ClosedRange<Int64>) -> Self {
        Self(
            takes: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return DecimalDigits.integer(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { String($0) }
        )
    }
}

extension ValueCodec where Value == Int? {
    /// `auto`, which is nil, or a number.
    static func automatic(_ bounds: ClosedRange<Int>) -> Self {
        Self(
            takes: "auto, or a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            read: { input in
                guard input != .scalar("auto") else { return .some(nil) }
                return ValueCodec<Int>.integer(bounds).read(input).map { Optional($0) }
            },
            show: { $0.map { String($0) } ?? "auto" }
        )
    }
}

extension ValueCodec where Value == Duration {
    static func duration(_ bounds: ClosedRange<Duration>) -> Self {
        Self(
            takes: "a duration such as 5s, from \(DurationText.text(bounds.lowerBound)) to "
                + DurationText.text(bounds.upperBound),
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return DurationText.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { DurationText.text($0) }
        )
    }
}

extension ValueCodec where Value == Bool {
    static var flag: Self {
        Self(
            takes: "true or false",
            read: { input in
                switch input {
                case .scalar("true"): true
                case .scalar("false"): false
                case .scalar, .list, .empty: nil
                }
            },
            show: { $0 ? "true" : "false" }
        )
    }
}

extension ValueCodec where Value == ListenAddress {
    static var address: Self {
        Self(
            takes: "an address such as 127.0.0.1:8080, [::1]:8080 or unix:/run/syncgate.sock",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return try? ListenAddress(parsing: text)
            },
            show: { YAMLText.scalar($0.description) }
        )
    }
}

extension ValueCodec where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return Self(
            takes: names.count == 1
                ? names[0] : names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return Value(rawValue: text)
            },
            show: { $0.rawValue }
        )
    }
}

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
    }

    /// Returns a codec of sizes in bytes.
    static func size(_ bounds: ClosedRange<Int>) -> Self {
        Self(
            noun: "a size from \(ByteSize.text(bounds.lowerBound)) to \(ByteSize.text(bounds.upperBound))",
            form: "a number with a unit, such as 64MiB",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return ByteSize.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { ByteSize.text($0) }
        )
    }
}

extension ValueCodec where Value == Int64 {
    /// Returns a codec of rates per second.
    static func rate(_ bounds: ClosedRange<Int64>) -> Self {
        Self(
            noun: "a rate from \(bounds.lowerBound)/s to \(bounds.upperBound)/s",
            form: "a number per second, such as 200/s",
            read: { input in
                guard case .scalar(let text) = input, text.hasSuffix("/s") else { return nil }
                return WholeNumber.parse(text.dropLast(2)).flatMap { bounds.contains($0) ? $0 : nil }
            },
            show: { "\($0)/s" }
        )
    }

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
    }
}

extension ValueCodec where Value == Duration {
    static func duration(_ bounds: ClosedRange<Duration>) -> Self {
        Self(
            noun: "a duration from \(DurationText.text(bounds.lowerBound)) to "
                + DurationText.text(bounds.upperBound),
            form: "a number with a unit, such as 5s",
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
            noun: "a Boolean",
            form: "true or false",
            read: { input in
                switch input {
                case .scalar("true"), .scalar("yes"): true
                case .scalar("false"), .scalar("no"): false
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
            noun: "an address to listen on",
            form: ListenAddress.form,
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return try? ListenAddress(parsing: text)
            },
            show: { YAMLText.scalar($0.description) }
        )
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
                case .list: nil
                }
            },
            show: { $0.map(\.description) ?? "" }
        )
    }
}

extension ValueCodec where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// A codec of the names of an enum.
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return Self(
            noun: "one of its values",
            form: names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])",
            read: { input in
                guard case .scalar(let text) = input else { return nil }
                return Value(rawValue: text)
            },
            show: { $0.rawValue }
        )
    }
}

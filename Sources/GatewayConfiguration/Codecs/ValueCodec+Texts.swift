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
        .allowing("the path of a file", .text)
    }

    static var name: Self {
        text("a name", form: "1 to 128 printable characters") { name in
            (1...128).contains(name.utf8.count) && !name.unicodeScalars.contains(where: TextEscape.isHarmful)
        }
        .allowing("1 to 128 printable characters", .text)
    }

    static var region: Self {
        text("a region", form: "lower-case letters, digits and hyphens, such as us-east-1") { region in
            (1...63).contains(region.utf8.count)
                && region.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                }
        }
        .refusing { text in
            let reason = "is not a region"
            let nearest = ValueRefusal.word(reason, text, among: Endpoint.regions.sorted())
            return nearest.suggestion == nil ? nil : nearest
        }
        .allowing("lower-case letters, digits and hyphens, such as us-east-1", .pattern("^[a-z0-9-]{1,63}$"))
    }

    /// A codec of scheme and authority alone: the path is that of the operation.
    static var endpoint: Self {
        text("a URL of a host alone", form: "https://host or http://host:port") {
            ServiceURL($0)?.hasUserInfo == false
        }
        .refusing { URLGuess.refusal($0, scheme: "https") }
        .allowing("https://host or http://host:port", .pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+/?$"))
    }

    /// A codec of proxies, whose URL may hold a user and a password: a secret.
    static var proxy: Self {
        var codec = text("a URL of a proxy", form: "http://host:port") { ServiceURL($0) != nil }
            .refusing { URLGuess.refusal($0, scheme: "http") }
            .allowing("http://host:port", .pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+/?$"))
        codec.holdsSecret = { ServiceURL($0)?.hasUserInfo == true }
        codec.redact = { YAMLText.scalar(ServiceURL($0)?.redacted ?? "<redacted>") }
        return codec
    }
}

extension ValueCodec {
    /// Returns a codec that reads an empty value as nil.
    static func optional<Wrapped: Sendable>(_ codec: ValueCodec<Wrapped>) -> Self where Value == Wrapped? {
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
        optional.allowed = codec.allowed.map { $0 + ", or nothing" }
        optional.refusal = codec.refusal
        optional.refusals = codec.refusals
        optional.schema = .optional(codec.schema)
        return optional
    }
}

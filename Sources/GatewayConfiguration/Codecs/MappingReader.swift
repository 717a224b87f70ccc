/// The reader of a mapping: it takes one member after another, and gathers what is wrong with them.
struct MappingReader {
    private let members: [String: ValueInput]
    private let isHidden: Bool
    private(set) var refusals: [ValueRefusal] = []

    /// Begins to read a mapping that may have members of these names, and no others.
    init(_ members: [String: ValueInput], names: [String], isHidden: Bool) {
        self.members = members
        self.isHidden = isHidden
        for name in members.keys.sorted() where !names.contains(name) {
            var refusal = ValueRefusal.word("is not a member here", name, among: names).under(.name(name))
            refusal.allowed = "one of \(names.joined(separator: ", "))"
            refusals.append(refusal)
        }
    }

    /// Returns the value of a member; nil, and a refusal, where it is missing or wrong.
    mutating func required<Value>(_ name: String, _ codec: ValueCodec<Value>) -> Value? {
        guard let input = members[name] else {
            refusals.append(ValueRefusal("has no \(name)", allowed: "\(name): \(Self.allowed(codec))"))
            return nil
        }
        return value(name, input, codec)
    }

    /// Returns the value of a member, or `standard` where it is not given; wrong ones leave a refusal.
    mutating func optional<Value>(_ name: String, _ codec: ValueCodec<Value>, else standard: Value) -> Value {
        guard let input = members[name], input != .empty else { return standard }
        return value(name, input, codec) ?? standard
    }

    /// Returns the value of a member; nil where it is not given, or wrong, which leaves a refusal.
    mutating func optional<Value>(_ name: String, _ codec: ValueCodec<Value>) -> Value? {
        guard let input = members[name], input != .empty else { return nil }
        return value(name, input, codec)
    }

    /// Refuses the mapping, or the value of a member, for what its members are together.
    mutating func refuse(_ reason: String, at member: String? = nil, write allowed: String) {
        let refusal = ValueRefusal(reason, allowed: allowed)
        refusals.append(member.map { refusal.under(.member($0)) } ?? refusal)
    }

    private mutating func value<Value>(
        _ name: String,
        _ input: ValueInput,
        _ codec: ValueCodec<Value>
    ) -> Value? {
        if let value = codec.read(input) { return value }
        refusals += codec.reasons(input, isHidden: isHidden).map { $0.under(.member(name)) }
        return nil
    }

    private static func allowed<Value>(_ codec: ValueCodec<Value>) -> String {
        codec.allowed ?? "\(codec.noun): \(codec.form)"
    }
}

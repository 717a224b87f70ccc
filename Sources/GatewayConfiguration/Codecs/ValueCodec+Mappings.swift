extension ValueCodec {
    /// The most faults that are reported of one value.
    private static var mostRefusals: Int { 100 }

    /// Returns a codec of mappings.
    ///
    /// - Parameters:
    ///   - members: The names of all members with their values for editors.
    ///   - required: The number of the first members that must be there.
    ///   - read: Takes the members; a nil, or any refusal, makes the mapping no value.
    ///   - show: Returns the members that are given, as YAML.
    static func mapping(
        _ noun: String,
        form: String,
        members: [(name: String, value: ValueSchema)],
        required: Int,
        read: @escaping @Sendable (inout MappingReader) -> Value?,
        show: @escaping @Sendable (Value) -> [(name: String, text: String)]
    ) -> Self {
        let names = members.map(\.name)
        let parse: @Sendable (ValueInput, Bool) -> (value: Value?, refusals: [ValueRefusal]) = {
            guard case .mapping(let given) = $0 else { return (nil, []) }
            var reader = MappingReader(given, names: names, isHidden: $1)
            let value = read(&reader)
            return (reader.refusals.isEmpty ? value : nil, reader.refusals)
        }
        var codec = Self(
            noun: noun,
            form: form,
            read: { parse($0, false).value },
            show: { YAMLText.mapping(show($0)) }
        )
        .allowing(form, .mapping(members, required: required))
        codec.refusals = { parse($0, $1).refusals }
        return codec
    }

    /// Returns a codec of lists of mappings, perhaps empty.
    ///
    /// - Parameter check: Returns what is wrong with the elements together.
    static func entries<Element>(
        _ noun: String,
        form: String,
        most: Int,
        of element: ValueCodec<Element>,
        check: @escaping @Sendable ([Element]) -> [ValueRefusal] = { _ in [] }
    ) -> Self where Value == [Element] {
        let parse: @Sendable (ValueInput, Bool) -> (value: [Element]?, refusals: [ValueRefusal]) = {
            input,
            isHidden in
            if input.isEmptyList { return ([], []) }
            guard case .list(let inputs) = input, inputs.contains(where: \.isMapping) else {
                return (nil, [])
            }
            guard inputs.count <= most else {
                return (nil, [ValueRefusal("has more than \(most) elements", allowed: "\(noun): \(form)")])
            }
            var elements: [Element] = []
            var refusals: [ValueRefusal] = []
            for (index, input) in inputs.enumerated() {
                if let value = element.read(input) {
                    elements.append(value)
                } else {
                    refusals += element.reasons(input, isHidden: isHidden).map { $0.under(.element(index)) }
                }
                guard refusals.count < mostRefusals else { break }
            }
            guard elements.count == inputs.count else { return (nil, refusals) }
            refusals = Array(check(elements).prefix(mostRefusals))
            return (refusals.isEmpty ? elements : nil, refusals)
        }
        var codec = Self(
            noun: noun,
            form: form,
            read: { parse($0, false).value },
            show: { YAMLText.sequence($0.map(element.show)) }
        )
        .allowing("\(noun): \(form)", .entries(element.schema))
        codec.refusals = { parse($0, $1).refusals }
        return codec
    }
}

extension ValueInput {
    fileprivate var isMapping: Bool {
        switch self {
        case .mapping: true
        case .empty, .scalar, .list: false
        }
    }
}

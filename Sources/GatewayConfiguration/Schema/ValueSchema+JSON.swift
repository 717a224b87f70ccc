extension ValueSchema {
    /// The JSON schema of the value, or of a variable in its place.
    var members: [(name: String, value: JSONTree)] {
        [("anyOf", .list((alternatives + [.variable]).map { .object($0) }))]
    }

    /// The JSON schemas of which the value must fit one.
    private var alternatives: [[(name: String, value: JSONTree)]] {
        switch self {
        case .scalar: [[("type", .list(["string", "number", "boolean"].map(JSONTree.text)))]]
        // A name of digits, such as the number of a group, is a number in YAML.
        case .text: [[("type", .list(["string", "number"].map(JSONTree.text)))]]
        case .pattern(let pattern): [[("type", .text("string")), ("pattern", .text(pattern))]]
        case .integer(let bounds):
            [
                [
                    ("type", .text("integer")), ("minimum", .integer(bounds.lowerBound)),
                    ("maximum", .integer(bounds.upperBound)),
                ]
            ]
        case .size: [.reference("size"), .zero]
        case .duration: [.reference("duration"), .zero]
        case .rate: [.reference("rate")]
        // YAML 1.1 reads yes as true, and YAML 1.2 reads it as a text.
        case .flag:
            [
                [
                    (
                        "enum",
                        .list(
                            [.flag(true), .flag(false)] + ["true", "false", "yes", "no"].map(JSONTree.text)
                        )
                    )
                ]
            ]
        // YAML reads 0660 as a number.
        case .mode: [[("type", .list(["string", "integer"].map(JSONTree.text)))]]
        case .words(let words):
            [[("enum", .list(words.map(JSONTree.text) + Self.values(words)))]]
        case .list(let element): Self.lists(element, least: 1)
        case .optional(.list(let element)): Self.lists(element, least: 0) + [.null]
        case .optional(let schema): schema.alternatives + [.null]
        case .either(let schemas): schemas.flatMap(\.alternatives)
        case .mapping(let members, let required): [Self.mapping(members, required)]
        case .entries(let element):
            [
                [
                    ("type", .text("array")),
                    ("items", .object([("anyOf", .list(element.alternatives.map { .object($0) }))])),
                ], .null,
            ]
        }
    }

    private static func mapping(
        _ members: [(name: String, value: ValueSchema)],
        _ required: Int
    ) -> [(name: String, value: JSONTree)] {
        let properties = members.map { (name: $0.name, value: JSONTree.object($0.value.members)) }
        return [
            ("type", .text("object")), ("properties", .object(properties)),
            ("required", .list(members.prefix(required).map { .text($0.name) })),
            ("additionalProperties", .flag(false)),
        ]
    }

    /// The Booleans that YAML 1.1 makes of words.
    private static func values(_ words: [String]) -> [JSONTree] {
        let trues = words.contains("yes") || words.contains("on") || words.contains("true")
        let falses = words.contains("no") || words.contains("off") || words.contains("false")
        return (trues ? [.flag(true)] : []) + (falses ? [.flag(false)] : [])
    }

    private static func lists(_ element: ValueSchema, least: Int64) -> [[(name: String, value: JSONTree)]] {
        let list: [(name: String, value: JSONTree)] = [
            ("type", .text("array")), ("items", .object(element.members)), ("minItems", .integer(least)),
            ("uniqueItems", .flag(true)),
        ]
        guard case .words(let words) = element else { return [list, [("type", .text("string"))]] }
        let choice = "(" + words.joined(separator: "|") + ")"
        return [list, [("type", .text("string")), ("pattern", .text("^\(choice)( *, *\(choice))*$"))]]
    }

    /// The forms that many keys share, by name; `variable` may take the place of each value.
    static let definitions: [(name: String, value: JSONTree)] = [
        (
            "variable", "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}",
            "a value with a variable of the environment"
        ),
        (
            "duration", "^(?=.)(\(number)h)?(\(number)m)?(\(number)s)?(\(number)ms)?$",
            "such as 500ms, 5s, 1m30s, 1h"
        ),
        ("size", "^\(number)(B|KiB|MiB|GiB|TiB)$", "such as 512B, 32KiB, 4MiB, 1GiB"),
        ("rate", "^\(number)/(s|m|h)$", "such as 200/s, 6/m, 1/h"),
    ].map { name, pattern, description in
        let members: [(name: String, value: JSONTree)] = [
            ("description", .text(description)), ("type", .text("string")), ("pattern", .text(pattern)),
        ]
        return (name, .object(members))
    }

    private static let number = "[0-9]+(\\.[0-9]+)?"
}

extension [(name: String, value: JSONTree)] {
    fileprivate static let zero: Self = [("const", .integer(0))]
    fileprivate static let null: Self = [("type", .text("null"))]
    fileprivate static let variable: Self = .reference("variable")

    fileprivate static func reference(_ name: String) -> Self { [("$ref", .text("#/definitions/\(name)"))] }
}

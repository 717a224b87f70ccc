/// The value of a key as it is given, with its variables put in.
indirect enum ValueInput: Sendable, Equatable {
    /// Nothing after the colon, `~`, `null` or an empty text.
    case empty
    case scalar(String)
    case list([Self])
    case mapping([String: Self])
}

extension ValueInput {
    /// The texts of a list, or of a text with commas; nil for another input.
    var texts: [String]? {
        switch self {
        case .empty, .mapping: return nil
        case .list(let elements):
            let texts = elements.compactMap(\.text)
            return texts.count == elements.count ? texts : nil
        case .scalar(let text):
            return text.split(separator: ",", omittingEmptySubsequences: false)
                .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        }
    }

    /// The text of a scalar, empty where nothing is given; nil for another input.
    private var text: String? {
        switch self {
        case .empty: ""
        case .scalar(let text): text
        case .list, .mapping: nil
        }
    }

    /// Whether nothing is given, or a list without elements.
    var isEmptyList: Bool { self == .empty || self == .list([]) }
}

/// A step from a value to a part of it.
enum ValueStep: Sendable, Hashable {
    /// To an element of a list.
    case element(Int)
    /// To the value of a member of a mapping.
    case member(String)
    /// To the name of a member of a mapping.
    case name(String)
}

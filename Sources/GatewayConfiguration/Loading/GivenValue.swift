/// The value of a key in one of its sources, with its places for messages.
struct GivenValue {
    /// A place with what a message shows there: a value as it is written, or nil to hide it.
    struct Place {
        var location: ConfigurationLocation
        var shown: String?
    }

    var input: ValueInput
    var place: Place
    /// The value in the file, whose parts have places of their own; nil for another source.
    var node: YAMLNode?
    /// Whether the value came from a variable, so that no part of it may be shown.
    var isHidden: Bool
}

extension GivenValue {
    /// Creates the value of a variable or an option; nil for `shown` hides it.
    init(override text: String, _ location: ConfigurationLocation, shown: String?) {
        input = text.isEmpty ? .empty : .scalar(text)
        place = Place(location: location, shown: shown)
        isHidden = shown == nil
    }
}

package import HTTPTypes

extension HTTPFields {
    /// Returns the value of a field as `self[name]` does, at a tenth of the cost if the field occurs once.
    ///
    /// Nearly all fields occur once. The subscript creates a sequence of all fields of the name, and joins
    /// it.
    package func value(of name: HTTPField.Name) -> String? {
        var found: Int?
        for index in indices where self[index].name == name {
            guard found == nil else { return self[name] }
            found = index
        }
        return found.map { self[$0].value }
    }
}

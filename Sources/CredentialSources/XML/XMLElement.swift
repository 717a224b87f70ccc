/// An element of an XML document, with its text and its children; attributes are checked and dropped.
struct XMLElement: Equatable {
    /// The name as it is written, with its prefix.
    var name: String
    /// The text directly inside, that of all children left out.
    var text = ""
    var children: [XMLElement] = []

    /// Returns the first child of a name; nil without one.
    subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// Returns the element at the end of a path of first children; nil where one is missing.
    func element(at path: String...) -> XMLElement? {
        var element: XMLElement? = self
        for name in path { element = element?[name] }
        return element
    }
}

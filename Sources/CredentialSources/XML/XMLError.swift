/// The reason why bytes are refused as an XML document, without any of the bytes.
enum XMLError: Error, Equatable, CustomStringConvertible {
    /// The document is longer than ``XMLScanner/maximumLength``.
    case tooLong
    /// The elements are nested deeper than ``XMLScanner/maximumDepth``.
    case tooDeep
    /// An element has more attributes than ``XMLScanner/maximumAttributes``.
    case tooManyAttributes
    case notUTF8
    /// A document type: it could define entities that expand without end, or name files and URLs.
    case documentType
    /// A processing instruction other than the XML declaration at the very beginning.
    case processingInstruction
    /// An entity that is not one of the five of XML, or a number that is no character.
    case unknownEntity(at: Int)
    /// A byte that the grammar does not allow here, or the end of the document.
    case malformed(at: Int)

    var description: String {
        switch self {
        case .tooLong: "is longer than \(XMLScanner.maximumLength) bytes"
        case .tooDeep: "is nested deeper than \(XMLScanner.maximumDepth) levels"
        case .tooManyAttributes: "has an element with more than \(XMLScanner.maximumAttributes) attributes"
        case .notUTF8: "is not UTF-8"
        case .documentType: "has a document type"
        case .processingInstruction: "has a processing instruction"
        case .unknownEntity(let offset): "has an unknown entity at byte \(offset)"
        case .malformed(let offset): "is not XML at byte \(offset)"
        }
    }
}

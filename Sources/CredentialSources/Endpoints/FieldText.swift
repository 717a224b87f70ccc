/// The check of texts that become part of a header or of a path.
enum FieldText {
    /// Returns whether a text consists of visible ASCII characters alone.
    static func isVisible(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

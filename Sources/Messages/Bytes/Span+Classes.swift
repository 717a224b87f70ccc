/// The classes of whole texts.
///
/// The loops have one comparison a byte and no early exit, so that the compiler vectorizes them.
extension Span<UInt8> {
    /// Whether each byte is a space or a visible ASCII character, as nearly all are.
    package var isPrintable: Bool {
        // A byte below the space wraps around to a large number.
        var last: UInt8 = 0
        for index in indices { last = Swift.max(last, self[index] &- 0x20) }
        return last <= 0x7E - 0x20
    }

    /// Whether each byte is a visible ASCII character.
    package var isVisible: Bool {
        var last: UInt8 = 0
        for index in indices { last = Swift.max(last, self[index] &- 0x21) }
        return last <= 0x7E - 0x21
    }

    /// Whether a field value or a reason may have all the bytes.
    package var isFieldValue: Bool {
        if isPrintable { return true }
        for index in indices where self[index].isForbiddenControl { return false }
        return true
    }
}

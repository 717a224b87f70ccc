/// The identifier of a device: 1 to 256 characters without `/`, `\`, `%` and controls; not `.` or `..`.
///
/// The model has no pattern for it, but it is a path segment. Two identifiers are equal if their bytes are:
/// `String ==` would treat a composed and a decomposed letter as equal.
package struct DeviceID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.deviceID.allows(text) else { return nil }
        self.text = text
    }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

internal import Foundation
internal import Messages

/// The form of a value in a message.
package enum Quotation {
    /// Returns a text in quotes: harmless, cut, and without the password of a URL.
    ///
    /// It has at most 60 characters. A path may have 255, since its end tells files apart.
    package static func text(_ value: String) -> String {
        var result = "'"
        TextEscape.append(withoutUserInfo(value), to: &result, limit: value.hasPrefix("/") ? 255 : 60)
        return result + "'"
    }

    /// Returns a URL without its user and password; another text as it is.
    private static func withoutUserInfo(_ text: String) -> String {
        guard let scheme = text.range(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@")
        else {
            return text
        }
        return text[..<scheme.upperBound] + "<redacted>" + text[at...]
    }
}

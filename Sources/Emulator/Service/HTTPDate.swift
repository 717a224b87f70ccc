/// A moment as the `date` field has it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
///
/// Only needed when the emulator's clock is set wrong on purpose; else the server writes the true one.
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `timestamp` is the signature's spelling, `19941106T084937Z`.
    static func text(_ timestamp: String, epochSeconds: Int64) -> String {
        let digits = Array(timestamp.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        let month = Int(part(4..<6)) ?? 1
        let weekday = Int(epochSeconds / 86_400 % 7)
        return "\(weekdays[weekday]), \(part(6..<8)) \(months[month - 1]) \(part(0..<4)) "
            + "\(part(9..<11)):\(part(11..<13)):\(part(13..<15)) GMT"
    }
}

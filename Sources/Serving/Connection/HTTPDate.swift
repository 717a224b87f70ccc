import NIOPosix

/// The `date` field: IMF-fixdate (RFC 9110 section 5.6.7), made once a second on each event loop.
enum HTTPDate {
    /// A second and its text; replaced, never changed, so it may be shared.
    private final class Cached: Sendable {
        let second: Int64
        let text: String

        init(second: Int64) {
            self.second = second
            text = format(epochSeconds: second)
        }
    }

    private static let ofThread = ThreadSpecificVariable<Cached>()
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The date now, from the cache of the event loop's thread.
    static func now() -> String {
        let second = Platform.wallClock()
        if let cached = ofThread.currentValue, cached.second == second { return cached.text }
        let fresh = Cached(second: second)
        ofThread.currentValue = fresh
        return fresh.text
    }

    /// The date of a moment from the year 1970 to 9999; one outside is taken for the nearer end.
    static func format(epochSeconds: Int64) -> String {
        let clamped = Int(min(max(0, epochSeconds), 253_402_300_799))
        let (day, second) = clamped.quotientAndRemainder(dividingBy: 86_400)
        // Days to a civil date, in eras of 400 years that begin on 1 March (Hinnant, "chrono-compatible low-level
        // date algorithms").
        let shifted = day + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * march + 2) / 5 + 1
        let month = march < 10 ? march + 3 : march - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(days[day % 7]), \(pad(dayOfMonth)) \(months[month - 1]) \(year) "
            + "\(pad(second / 3600)):\(pad(second / 60 % 60)):\(pad(second % 60)) GMT"
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

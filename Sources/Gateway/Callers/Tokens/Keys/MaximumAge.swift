import Messages

/// The `max-age` of a `Cache-Control` field (RFC 9111 section 5.2.2.1).
enum MaximumAge {
    /// Returns the seconds; nil without a well-formed directive, and for a response that is not to be stored.
    static func seconds(_ field: String?) -> Int64? {
        var age: Int64?
        for directive in (field ?? "").lowercased().filter({ $0 != " " && $0 != "\t" }).split(separator: ",")
        {
            if directive == "no-store" || directive == "no-cache" { return nil }
            guard directive.hasPrefix("max-age=") else { continue }
            var digits = directive.dropFirst("max-age=".count)
            if digits.count > 2, digits.hasPrefix("\""), digits.hasSuffix("\"") {
                digits = digits.dropFirst().dropLast()
            }
            guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else { return nil }
            // More digits than 64 bits hold are more than the bound.
            age = Int64(digits) ?? .max
        }
        return age
    }
}

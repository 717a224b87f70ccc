/// The token in a value of `Authorization` with the scheme Bearer (RFC 6750 section 2.1).
enum BearerToken {
    /// Returns the token; nil for a value of another scheme, whose name is in any case.
    static func of(_ value: String) -> Substring? {
        guard let space = value.firstIndex(of: " "), value[..<space].lowercased() == "bearer" else {
            return nil
        }
        return value[space...].drop { $0 == " " }
    }
}

/// The reason why a text is no candidate of a caller, where that can be told.
enum CandidateGuess {
    private static let kinds = ["dns", "jwt", "key", "uid", "spiffe", "urn"]

    /// Returns the refusal of the first wrong candidate of a list; nil where none is better than another.
    static func refusal(_ input: ValueInput) -> ValueRefusal? {
        for (index, text) in (input.texts ?? []).enumerated()
        where text.utf8.count <= 256 && CallerCandidate(text) == nil {
            return refusal(text, index)
        }
        return nil
    }

    private static func refusal(_ text: String, _ index: Int) -> ValueRefusal? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        guard parts.count == 2 else { return nil }
        func refused(_ reason: String, _ allowed: String) -> ValueRefusal {
            ValueRefusal(reason, element: index, allowed: allowed)
        }
        switch parts[0] {
        case "dns": return refused("is no host name behind dns:", "dns:NAME")
        case "key": return refused("is no name of a key", "key: and 1 to 64 letters, digits and ._-")
        case "jwt":
            return refused("is not an issuer and a caller", "jwt:ISSUER:CALLER, with the issuer by its name")
        case "uid": return refused("is not the number of a user", "uid: and a number, as id -u prints it")
        case "spiffe":
            let form = "spiffe:// with a trust domain in lower case, and a path without an empty segment"
            return refused("is not a SPIFFE ID", form)
        default:
            let nearest = ValueRefusal.word("is of no kind that is known", parts[0], among: kinds)
            guard let kind = nearest.suggestion, CallerCandidate("\(kind):\(parts[1])") != nil else {
                return nil
            }
            return ValueRefusal(nearest.reason, "\(kind):\(parts[1])", element: index)
        }
    }
}

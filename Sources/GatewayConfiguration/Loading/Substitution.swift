internal import Foundation

/// The substitution of variables in a value: `${VAR}`, `${VAR:-default}`, and `$$` for a dollar sign.
enum Substitution {
    enum Failure: Error, Equatable {
        case undefined(String)
        case malformed
    }

    /// Returns the text with its variables put in, and their names.
    ///
    /// A variable that is set but empty counts as not set where there is a default, as in a shell.
    static func expand(
        _ text: String,
        _ lookup: (String) -> String?
    ) throws(Failure) -> (text: String, names: [String]) {
        var result = ""
        var names: [String] = []
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("$") {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.hasPrefix("{") {
                guard let end = rest.firstIndex(of: "}") else { throw .malformed }
                let inner = rest.dropFirst()[..<end]
                rest = rest[rest.index(after: end)...]
                let separator = inner.range(of: ":-")
                let name = String(separator.map { inner[..<$0.lowerBound] } ?? inner)
                let fallback = separator.map { inner[$0.upperBound...] }
                guard isName(name), fallback?.contains("${") != true else { throw .malformed }
                names.append(name)
                let value = lookup(name)
                if let fallback {
                    result += value.flatMap { $0.isEmpty ? nil : $0[...] } ?? fallback
                } else if let value {
                    result += value
                } else {
                    throw .undefined(name)
                }
            } else {
                result += "$"
            }
        }
        return (result + rest, names)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

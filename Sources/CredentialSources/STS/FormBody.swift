import Messages

/// The body of a request to a query service: `application/x-www-form-urlencoded`.
struct FormBody {
    private(set) var bytes: [UInt8] = []

    /// Creates a body of parameters in their order; those without a value are left out.
    init(_ parameters: [(name: String, value: String?)]) {
        for case (let name, let value?) in parameters {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: "="))
            PercentCoding.append(value, to: &bytes)
        }
    }
}

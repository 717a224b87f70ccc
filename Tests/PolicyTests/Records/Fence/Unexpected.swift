/// The failure of a test that expected another value.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ value: some Any) { description = "\(value)" }
}

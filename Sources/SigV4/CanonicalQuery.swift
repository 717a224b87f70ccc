/// A query in the order and spelling that is signed: strictly encoded, sorted by name, then by value.
enum CanonicalQuery {
    /// A parameter's place in the buffer that holds all of them encoded, one behind the other.
    private struct Parameter {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// Appends the line for what stands behind the `?` on the wire.
    static func append(_ query: ArraySlice<UInt8>, to output: inout [UInt8]) {
        guard !query.isEmpty else { return }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(query.count + 16)
        var parameters: [Parameter] = []
        for item in query.split(separator: UInt8(ascii: "&")) {
            let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
            let start = encoded.count
            URIEncoding.appendComponent(item[..<equals], to: &encoded)
            let middle = encoded.count
            if equals < item.endIndex { URIEncoding.appendComponent(item[(equals + 1)...], to: &encoded) }
            parameters.append(Parameter(name: start..<middle, value: middle..<encoded.count))
        }
        // Sorted after encoding, names before values: "Param" comes before "Param-3", though "=" follows "-".
        parameters.sort { left, right in
            let names = (encoded[left.name], encoded[right.name])
            return names.0 == names.1
                ? encoded[left.value].lexicographicallyPrecedes(encoded[right.value])
                : names.0.lexicographicallyPrecedes(names.1)
        }
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { output.append(UInt8(ascii: "&")) }
            output.append(contentsOf: encoded[parameter.name])
            output.append(UInt8(ascii: "="))
            output.append(contentsOf: encoded[parameter.value])
        }
    }
}

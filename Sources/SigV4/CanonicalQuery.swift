/// A query in the order and spelling that is signed: strictly encoded, sorted by name, then by value.
enum CanonicalQuery {
    private static let ampersand = UInt8(ascii: "&")
    private static let equals = UInt8(ascii: "=")

    /// Appends the line for what stands behind the `?` on the wire.
    static func append(_ query: Span<UInt8>, to output: inout [UInt8]) {
        guard !query.isEmpty else { return }
        let start = output.count
        appendEncoded(query, to: &output)
        guard !isSorted(output.span.extracting(start...)) else { return }
        // Once encoded, `&` and `=` are separators and nothing else.
        let items = output[start...].split(separator: ampersand).map(Array.init).sorted {
            $0.lazy.map(rank).lexicographicallyPrecedes($1.lazy.map(rank))
        }
        output.removeSubrange(start...)
        output.append(contentsOf: items.joined(separator: [ampersand]))
    }

    /// A separator that comes before every other byte sorts by names first: "Param" comes before "Param-3",
    /// though `=` follows `-`.
    @inline(__always)
    private static func rank(_ byte: UInt8) -> UInt8 { byte == equals ? 0 : byte }

    /// Each parameter as `name=value`, in the order in which they came: decoded where encoded, then encoded.
    ///
    /// A `%` that two hexadecimal digits do not follow stands for itself, and so does `+`.
    private static func appendEncoded(_ query: Span<UInt8>, to output: inout [UInt8]) {
        // At most three bytes for one, and a `=` for a name that has none.
        output.append(addingCapacity: 4 * query.count) { (output: inout OutputSpan<UInt8>) in
            var index = 0
            var isFirst = true
            while index < query.count {
                if query[index] == ampersand {
                    index += 1
                    continue
                }
                if !isFirst { output.append(ampersand) }
                isFirst = false
                appendItem(query, from: &index, to: &output)
            }
        }
    }

    private static func appendItem(
        _ query: Span<UInt8>,
        from index: inout Int,
        to output: inout OutputSpan<UInt8>
    ) {
        var hasValue = false
        while index < query.count, query[index] != ampersand {
            let byte = query[index]
            index += 1
            if byte == equals, !hasValue {
                hasValue = true
                output.append(equals)
            } else if byte == UInt8(ascii: "%"), query.count - index >= 2,
                let high = Hexadecimal.value(query[index]),
                let low = Hexadecimal.value(query[index + 1])
            {
                URIEncoding.append(high << 4 | low, to: &output)
                index += 2
            } else {
                URIEncoding.append(byte, to: &output)
            }
        }
        if !hasValue { output.append(equals) }
    }

    /// Whether each item of an encoded query comes no later than the next: nearly always, and for nothing.
    private static func isSorted(_ items: Span<UInt8>) -> Bool {
        var previous = 0
        var index = 0
        while index < items.count {
            if items[index] == ampersand {
                if !isOrdered(items, previous, index + 1) { return false }
                previous = index + 1
            }
            index += 1
        }
        return true
    }

    /// Whether the item at `first` comes no later than the item at `second`.
    private static func isOrdered(_ items: Span<UInt8>, _ first: Int, _ second: Int) -> Bool {
        var (first, second) = (first, second)
        while items[first] != ampersand {
            guard second < items.count, items[second] != ampersand else { return false }
            let (left, right) = (rank(items[first]), rank(items[second]))
            if left != right { return left < right }
            first += 1
            second += 1
        }
        return true
    }
}

import Messages

/// The query line of a canonical request: strictly encoded, sorted by name, then by value.
enum CanonicalQuery {
    private static let ampersand = UInt8(ascii: "&")
    private static let equals = UInt8(ascii: "=")

    /// Appends the line for the part of the target after the `?`.
    static func append(_ query: Span<UInt8>, to output: inout [UInt8]) {
        guard !query.isEmpty else { return }
        let start = output.count
        appendEncoded(query, to: &output)
        guard !isSorted(output.span.extracting(start...)) else { return }
        // After the encoding, `&` and `=` occur as separators only.
        let items = output[start...].split(separator: ampersand).map(Array.init).sorted {
            $0.lazy.map(rank).lexicographicallyPrecedes($1.lazy.map(rank))
        }
        output.removeSubrange(start...)
        output.append(contentsOf: items.joined(separator: [ampersand]))
    }

    /// Returns the sort key of a byte, in which the separator `=` precedes every other byte.
    ///
    /// The names are thereby compared first: "Param" precedes "Param-3", although `=` follows `-` in ASCII.
    @inline(__always)
    private static func rank(_ byte: UInt8) -> UInt8 { byte == equals ? 0 : byte }

    /// Appends each parameter as `name=value` in the given order, decoded and then strictly encoded.
    ///
    /// A `%` that is not followed by two hexadecimal digits is a literal, and so is `+`.
    private static func appendEncoded(_ query: Span<UInt8>, to output: inout [UInt8]) {
        // At most three bytes for each byte, and a `=` for a name that has none.
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
                ByteSet.unreserved.appendEscaped(high << 4 | low, to: &output)
                index += 2
            } else {
                ByteSet.unreserved.appendEscaped(byte, to: &output)
            }
        }
        if !hasValue { output.append(equals) }
    }

    /// Returns whether the items of an encoded query are sorted, as they nearly always are.
    ///
    /// It allocates nothing.
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

    /// Returns whether the item at `first` may precede the item at `second`.
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

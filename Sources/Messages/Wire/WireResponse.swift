package import HTTPTypes

/// A whole response as it came, with its fields in bytes.
///
/// Most fields of a response are never read, so only those that are become objects.
package struct WireResponse: Sendable, Equatable {
    package let status: Int
    package let fields: FieldLines
    package let body: [UInt8]

    package init(status: Int, fields: FieldLines, body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// Returns a field under a name.
    package func field(_ line: FieldLines.Line, as name: HTTPField.Name) -> HTTPField {
        let value = fields.bytes.span.extracting(line.value)
        // Text costs half as much as bytes, but only bytes preserve a value that is not UTF-8.
        return value.isPrintable
            ? HTTPField(name: name, value: value.text) : HTTPField(name: name, value: value.bytes)
    }
}

extension Response {
    /// Creates the response with all its fields.
    package init(_ wire: WireResponse) {
        var head = HTTPResponse(status: .init(code: wire.status))
        head.headerFields.reserveCapacity(wire.fields.lines.count)
        for line in wire.fields.lines {
            guard let name = HTTPField.Name(wire.fields.bytes.span.extracting(line.name).text) else {
                continue
            }
            head.headerFields.append(wire.field(line, as: name))
        }
        self.init(head: head, body: wire.body)
    }
}

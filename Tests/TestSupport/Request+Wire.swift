import HTTPTypes
package import Messages

extension Request {
    /// Creates the request that upstream reads from these bytes.
    package init(_ wire: WireRequest) {
        let target = String(decoding: wire.target, as: UTF8.self)
        var head = HTTPRequest(method: wire.method, scheme: nil, authority: nil, path: target)
        for line in wire.fields.lines {
            let name = String(decoding: wire.fields.bytes[line.name], as: UTF8.self)
            let value = wire.fields.text(of: line)
            if name == "Host" {
                head.authority = value
            } else if let fieldName = HTTPField.Name(name) {
                head.headerFields.append(HTTPField(name: fieldName, value: value))
            }
        }
        self.init(head: head, body: wire.body)
    }
}

extension WireResponse {
    /// Creates the response that upstream sends.
    package init(_ response: Response) {
        var fields = FieldLines()
        for field in response.head.headerFields { fields.append(field.name.rawName, field.value) }
        self.init(status: response.head.status.code, fields: fields, body: response.body)
    }
}

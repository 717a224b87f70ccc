import HTTPTypes
import Messages

extension WireRequest {
    /// Appends the request as it goes over a connection: its head and its body (RFC 9112, 3 and 5).
    ///
    /// The request must be one without a fault.
    ///
    /// - Parameter host: The value of the Host field where the request itself has none.
    func append(to output: inout [UInt8], host: String) {
        output.reserveCapacity(output.count + target.count + fields.bytes.count + body.count + 128)
        output.append(contentsOf: method.rawValue.utf8)
        output.append(.space)
        output.append(contentsOf: target)
        output.append(contentsOf: " HTTP/1.1\r\n".utf8)
        if !fields.contains("host") {
            output.append(contentsOf: "Host: ".utf8)
            output.append(contentsOf: host.utf8)
            output.append(contentsOf: "\r\n".utf8)
        }
        output.append(contentsOf: fields.bytes)
        if hasContent {
            output.append(contentsOf: "Content-Length: ".utf8)
            DecimalDigits.append(Int64(body.count), to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: body)
    }
}

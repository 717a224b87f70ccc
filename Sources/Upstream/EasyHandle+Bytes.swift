import CCurl

/// The outcome of sending or receiving on a connection.
enum Transmission {
    /// So many bytes were taken or have come; none have come where the connection has ended.
    case bytes(Int)
    /// Nothing can be sent, or nothing has come, until the socket is ready.
    case blocked
    case failed(CURLcode)

    init(_ code: CURLcode, _ count: Int) {
        self =
            switch code {
            case CURLE_OK: .bytes(count)
            case CURLE_AGAIN: .blocked
            default: .failed(code)
            }
    }
}

/// Sending and receiving on the connection that libcurl has made, under TLS where the URL has it.
extension EasyHandle {
    /// Sends the bytes from `start` on, or part of them.
    ///
    /// After `.blocked` the same array must come again with the same start: OpenSSL may have encrypted a part of it
    /// already, and compares the addresses.
    func send(_ bytes: [UInt8], from start: Int) -> Transmission {
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { bytes in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            return unsafe curl_easy_send(pointer, rest.baseAddress, rest.count, &count)
        }
        return Transmission(code, count)
    }

    /// Receives at most as many bytes as the buffer has, at its beginning.
    func receive(into buffer: inout [UInt8]) -> Transmission {
        var count = 0
        let code = unsafe buffer.withUnsafeMutableBytes { buffer in
            unsafe curl_easy_recv(pointer, buffer.baseAddress, buffer.count, &count)
        }
        return Transmission(code, count)
    }
}

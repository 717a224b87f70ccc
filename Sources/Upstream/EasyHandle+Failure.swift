import CCurl

/// The facts that libcurl has about a connection that failed.
extension EasyHandle {
    /// The sentence of libcurl about the failure; nil if it wrote none.
    var errorText: String? {
        let text = unsafe String(cString: errorBuffer)
        return text.isEmpty ? nil : text
    }

    /// Clears the sentence of an earlier failure.
    func clearErrorText() { unsafe errorBuffer.pointee = 0 }

    /// The `errno` of the last failed connect; 0 if there was none.
    var systemError: Int {
        var value = 0
        guard unsafe ccurl_get_long(pointer, CURLINFO_OS_ERRNO, &value) == CURLE_OK else { return 0 }
        return value
    }

    /// The address of the connection, with its port; nil if none was made.
    var address: String? {
        var text: UnsafeMutablePointer<CChar>?
        var port = 0
        guard unsafe ccurl_get_string(pointer, CURLINFO_PRIMARY_IP, &text) == CURLE_OK,
            unsafe ccurl_get_long(pointer, CURLINFO_PRIMARY_PORT, &port) == CURLE_OK, let text = unsafe text
        else { return nil }
        let host = unsafe String(cString: text)
        guard !host.isEmpty else { return nil }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

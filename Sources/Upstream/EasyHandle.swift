import CCurl

/// The owner of one libcurl easy handle, which makes one connection.
///
/// The handle is freed with its owner, after its removal from the multi handle. An option that libcurl
/// refuses is remembered in `isSound` instead of thrown: each option is constant or checked before. A refusal
/// therefore means a libcurl without the feature, or no memory.
@safe struct EasyHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    /// The buffer that libcurl writes its sentence about a failure to; one for the life of the handle.
    let errorBuffer: UnsafeMutablePointer<CChar>
    /// Whether libcurl has accepted every option so far.
    private(set) var isSound = true

    init?() {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        check(unsafe ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorBuffer))
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe errorBuffer.deallocate()
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        check(unsafe ccurl_set_long(pointer, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }

    /// Sets a string option, of which libcurl makes a copy; nil restores the default.
    mutating func set(_ option: CURLoption, _ value: String?) {
        if let value {
            // Passed in place: an argument of type `String` would be copied.
            check(unsafe value.withCString { unsafe ccurl_set_string(pointer, option, $0) })
        } else {
            check(unsafe ccurl_set_string(pointer, option, nil))
        }
    }

    /// Sets a pointer that the caller keeps valid for as long as this handle lives.
    mutating func set(_ option: CURLoption, unowned value: UnsafeMutableRawPointer?) {
        check(unsafe ccurl_set_pointer(pointer, option, value))
    }

    mutating func setCallbacks(
        onOpen: curl_opensocket_callback,
        onClose: curl_closesocket_callback,
        onBytes: curl_write_callback
    ) {
        check(unsafe ccurl_set_on_open(pointer, onOpen))
        check(unsafe ccurl_set_on_close(pointer, onClose))
        check(unsafe ccurl_set_on_bytes(pointer, CURLOPT_HEADERFUNCTION, onBytes))
        check(unsafe ccurl_set_on_bytes(pointer, CURLOPT_WRITEFUNCTION, onBytes))
    }

    /// The number of connections that libcurl had to make for this handle.
    var connects: Int {
        var value = 0
        guard unsafe ccurl_get_long(pointer, CURLINFO_NUM_CONNECTS, &value) == CURLE_OK else { return 0 }
        return value
    }

    /// The socket of the connection; nil before it is made and after its end.
    var socket: Int32? {
        var value: curl_socket_t = CURL_SOCKET_BAD
        guard unsafe ccurl_get_socket(pointer, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK else { return nil }
        return value == CURL_SOCKET_BAD ? nil : value
    }

    private mutating func check(_ code: CURLcode) {
        if code != CURLE_OK { isSound = false }
    }
}

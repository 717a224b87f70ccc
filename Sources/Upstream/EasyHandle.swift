import CCurl

/// Owner of one libcurl easy handle; freed with it, after the multi handle let it go.
///
/// Options that libcurl refuses are remembered instead of thrown one by one (`isSound`): each is constant or
/// checked before, so a refusal means a libcurl without the feature, or no memory.
@safe struct EasyHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    private let url: OpaquePointer?
    private var headers = HeaderList()
    private(set) var isSound = true

    /// Makes a handle for this URL, parsed once: given as text, libcurl parses it and writes it out again for each
    /// call.
    init?(url text: String) {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe url = curl_url()
        if unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK {
            check(unsafe ccurl_set_pointer(pointer, CURLOPT_CURLU, UnsafeMutableRawPointer(url)))
        } else {
            // Each call is then refused in libcurl's own words.
            set(CURLOPT_URL, text)
        }
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_url_cleanup(url)
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        check(unsafe ccurl_set_long(pointer, option, value))
    }

    mutating func set(_ option: CURLoption, offset value: Int) {
        check(unsafe ccurl_set_offset(pointer, option, curl_off_t(value)))
    }

    mutating func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }

    /// Sets a copy of the string; nil is back to the default.
    mutating func set(_ option: CURLoption, _ value: String?) {
        if let value {
            // Lent as it is: as an argument the string would be copied.
            check(unsafe value.withCString { unsafe ccurl_set_string(pointer, option, $0) })
        } else {
            check(unsafe ccurl_set_string(pointer, option, nil))
        }
    }

    /// Sets a pointer that the caller keeps valid for as long as this handle lives.
    mutating func set(_ option: CURLoption, unowned value: UnsafeMutableRawPointer?) {
        check(unsafe ccurl_set_pointer(pointer, option, value))
    }

    /// Sets all that differs from call to call.
    mutating func setRequest(_ request: WireRequest) {
        headers.fill(with: request.lines)
        check(unsafe ccurl_set_list(pointer, CURLOPT_HTTPHEADER, headers.head))
        set(CURLOPT_REQUEST_TARGET, request.target)
        // Each of the three says by itself which method libcurl thinks it speaks; the name is then set apart.
        if request.hasContent {
            set(CURLOPT_POST, true)
            setBody(request.body)
        } else {
            set(request.method == "HEAD" ? CURLOPT_NOBODY : CURLOPT_HTTPGET, true)
        }
        set(CURLOPT_CUSTOMREQUEST, request.hasContent && request.method != "POST" ? request.method : nil)
        set(CURLOPT_FRESH_CONNECT, false)
    }

    /// Sets the request's body; libcurl copies it.
    private mutating func setBody(_ body: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
        check(
            unsafe body.withUnsafeBytes { bytes in
                // An empty array may have no address; libcurl takes none for "read the body from a callback".
                guard unsafe !bytes.isEmpty, let base = bytes.baseAddress else {
                    return unsafe ccurl_set_string(pointer, CURLOPT_COPYPOSTFIELDS, "")
                }
                return unsafe ccurl_set_pointer(
                    pointer,
                    CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: base)
                )
            }
        )
    }

    mutating func setCallbacks(
        onHeaderLine: curl_write_callback,
        onBody: curl_write_callback,
        onRequest: curl_prereq_callback,
        onOpen: curl_opensocket_callback,
        onClose: curl_closesocket_callback
    ) {
        check(unsafe ccurl_set_on_bytes(pointer, CURLOPT_HEADERFUNCTION, onHeaderLine))
        check(unsafe ccurl_set_on_bytes(pointer, CURLOPT_WRITEFUNCTION, onBody))
        check(unsafe ccurl_set_on_request(pointer, onRequest))
        check(unsafe ccurl_set_on_open(pointer, onOpen))
        check(unsafe ccurl_set_on_close(pointer, onClose))
    }

    /// Lets go of the list and the body of the last request.
    mutating func forgetRequest() {
        check(unsafe ccurl_set_list(pointer, CURLOPT_HTTPHEADER, nil))
        check(unsafe ccurl_set_pointer(pointer, CURLOPT_POSTFIELDS, nil))
    }

    /// Connections that this transfer had to make.
    var connects: Int {
        var value = 0
        guard unsafe ccurl_get_long(pointer, CURLINFO_NUM_CONNECTS, &value) == CURLE_OK else { return 0 }
        return value
    }

    /// Whether TLS was agreed to carry HTTP/2; asked while the transfer has its connection.
    var speaksHTTP2: Bool { unsafe ccurl_speaks_http2(pointer) != 0 }
    /// Whether bytes of the origin are decrypted already and not yet read.
    var hasDecryptedBytesWaiting: Bool { unsafe ccurl_tls_has_pending(pointer) != 0 }

    private mutating func check(_ code: CURLcode) {
        if code != CURLE_OK { isSound = false }
    }
}

import CCurl
import HTTPTypes
import Messages

/// The owner of one libcurl easy handle.
///
/// The handle is freed with its owner, after its removal from the multi handle. An option that libcurl
/// refuses is remembered in `isSound` instead of thrown: each option is constant or checked before. A refusal
/// therefore means a libcurl without the feature, or no memory.
@safe struct EasyHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    private let url: OpaquePointer?
    private var headers = HeaderList()
    /// The buffer that libcurl writes its sentence about a failure to; one for the life of the handle.
    let errorBuffer: UnsafeMutablePointer<CChar>
    /// Whether libcurl has accepted every option so far.
    private(set) var isSound = true

    /// Creates a handle for a URL that is parsed once.
    ///
    /// libcurl parses a URL that is given as text, and writes it out again, for each request.
    init?(url text: String) {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe url = curl_url()
        unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        check(unsafe ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorBuffer))
        if unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK {
            check(unsafe ccurl_set_pointer(pointer, CURLOPT_CURLU, UnsafeMutableRawPointer(url)))
        } else {
            // libcurl then refuses each request with its own error.
            set(CURLOPT_URL, text)
        }
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_url_cleanup(url)
        unsafe errorBuffer.deallocate()
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        check(unsafe ccurl_set_long(pointer, option, value))
    }

    mutating func set(_ option: CURLoption, offset value: Int) {
        check(unsafe ccurl_set_offset(pointer, option, curl_off_t(value)))
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

    /// Sets the options that differ from request to request.
    mutating func setRequest(_ request: WireRequest) {
        headers.fill(with: request)
        check(unsafe ccurl_set_list(pointer, CURLOPT_HTTPHEADER, headers.head))
        check(unsafe ccurl_set_string(pointer, CURLOPT_REQUEST_TARGET, headers.target))
        // Each of the three options selects a method in libcurl. The method's name is then set separately.
        if request.hasContent {
            set(CURLOPT_POST, true)
            setBody(request.body)
        } else {
            set(request.method == .head ? CURLOPT_NOBODY : CURLOPT_HTTPGET, true)
        }
        set(
            CURLOPT_CUSTOMREQUEST,
            request.hasContent && request.method != .post ? request.method.rawValue : nil
        )
        set(CURLOPT_FRESH_CONNECT, false)
    }

    /// Sets the body of the request, of which libcurl makes a copy.
    private mutating func setBody(_ body: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
        check(
            unsafe body.withUnsafeBytes { bytes in
                // An empty array may have no address. libcurl reads a null address as "the body comes from a
                // callback".
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

    /// Releases the header list and the body of the last request.
    mutating func forgetRequest() {
        check(unsafe ccurl_set_list(pointer, CURLOPT_HTTPHEADER, nil))
        check(unsafe ccurl_set_pointer(pointer, CURLOPT_POSTFIELDS, nil))
    }

    /// The number of connections that this transfer had to make.
    var connects: Int {
        var value = 0
        guard unsafe ccurl_get_long(pointer, CURLINFO_NUM_CONNECTS, &value) == CURLE_OK else { return 0 }
        return value
    }

    /// Whether bytes from the upstream are decrypted and not yet read.
    var hasDecryptedBytesWaiting: Bool { unsafe ccurl_tls_has_pending(pointer) != 0 }

    private mutating func check(_ code: CURLcode) {
        if code != CURLE_OK { isSound = false }
    }
}

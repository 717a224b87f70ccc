import CCurl

/// The owner of the libcurl multi handle.
///
/// It is a local variable of the transfer thread, so that no other thread can reach it. Every easy handle is
/// removed before the multi handle is freed (``TransferLoop`` ends so). The poller outlives it: freeing it
/// closes the idle connections, which calls the poller back.
@safe struct MultiHandle: ~Copyable {
    private let pointer: UnsafeMutableRawPointer

    init?(connections: Int, poller: Poller) {
        guard let pointer = unsafe curl_multi_init() else { return nil }
        unsafe self.pointer = pointer
        let limit = connections
        let user = unsafe Unmanaged.passUnretained(poller).toOpaque()
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit)
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, limit)
        unsafe ccurl_multi_set_on_socket(pointer, Poller.onInterest)
        unsafe ccurl_multi_set_pointer(pointer, CURLMOPT_SOCKETDATA, user)
        unsafe ccurl_multi_set_on_timer(pointer, Poller.onTimer)
        unsafe ccurl_multi_set_pointer(pointer, CURLMOPT_TIMERDATA, user)
    }

    deinit { unsafe curl_multi_cleanup(pointer) }

    /// Adds an easy handle, which starts its transfer.
    ///
    /// - Returns: false if libcurl has no memory for it.
    func add(_ easy: borrowing EasyHandle) -> Bool {
        unsafe curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK
    }

    func remove(_ easy: borrowing EasyHandle) {
        unsafe curl_multi_remove_handle(pointer, easy.pointer)
    }

    /// Tells libcurl that a socket is ready.
    ///
    /// - Parameter events: the events in libcurl's own bits.
    func act(on socket: Int32, events: Int32) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(pointer, socket, events, &running)
    }

    /// Tells libcurl that the time that it asked for has come.
    func actOnTimer() {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(pointer, CURL_SOCKET_BAD, 0, &running)
    }

    /// Returns the next transfer that libcurl has finished, with the result code; nil if there is none.
    func nextFinished() -> (Transfer, CURLcode)? {
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while unsafe ccurl_next_finished(pointer, &easy, &code) == 1 {
            var user: UnsafeMutableRawPointer?
            guard let easy = unsafe easy,
                unsafe ccurl_get_pointer(easy, CURLINFO_PRIVATE, &user) == CURLE_OK, let user = unsafe user
            else { continue }
            return (unsafe Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue(), code)
        }
        return nil
    }
}

import CCurl

/// Owner of the libcurl multi handle: a local of the transfer thread, so that no other thread can hold it.
///
/// Every easy handle is removed before this is freed (`TransferLoop` ends so), and the poller outlives it:
/// freeing it closes the connections that are still kept, which calls back.
@safe struct MultiHandle: ~Copyable {
    private let pointer: UnsafeMutableRawPointer

    init?(connections: Int, poller: Poller) {
        guard let pointer = unsafe curl_multi_init() else { return nil }
        unsafe self.pointer = pointer
        let limit = connections
        let user = unsafe Unmanaged.passUnretained(poller).toOpaque()
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit)
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, limit)
        // One HTTP/2 stream a connection at a time: with several, libcurl 7.88 at times keeps the bytes of one
        // back for ever when the socket has run dry (seen with 40 answers of 100 kB at once).
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        unsafe ccurl_multi_set_on_socket(pointer, Poller.onInterest)
        unsafe ccurl_multi_set_pointer(pointer, CURLMOPT_SOCKETDATA, user)
        unsafe ccurl_multi_set_on_timer(pointer, Poller.onTimer)
        unsafe ccurl_multi_set_pointer(pointer, CURLMOPT_TIMERDATA, user)
    }

    deinit { unsafe curl_multi_cleanup(pointer) }

    /// False where libcurl refuses it (no memory).
    func add(_ easy: borrowing EasyHandle) -> Bool {
        unsafe curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK
    }

    func remove(_ easy: borrowing EasyHandle) {
        unsafe curl_multi_remove_handle(pointer, easy.pointer)
    }

    /// The socket is ready; `events` in libcurl's own bits.
    func act(on socket: Int32, events: Int32) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(pointer, socket, events, &running)
    }

    /// The time that libcurl asked for has come.
    func actOnTimer() {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(pointer, CURL_SOCKET_BAD, 0, &running)
    }

    /// The next transfer that ended of itself: how, and the transfer that its handle belongs to.
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

import CCurl

/// The owner of the libcurl multi handle, which makes the connections and remembers names, trust and TLS sessions.
///
/// It is a local variable of the transfer thread, so that no other thread can reach it. Every easy handle is
/// removed before the multi handle is freed (``TransferLoop`` ends so). A connection lives in it until its easy
/// handle is removed: libcurl then closes it.
@safe struct MultiHandle: ~Copyable {
    private let pointer: UnsafeMutableRawPointer

    init?(connections: Int, poller: Poller) {
        guard let pointer = unsafe curl_multi_init() else { return nil }
        unsafe self.pointer = pointer
        let user = unsafe Unmanaged.passUnretained(poller).toOpaque()
        // The loop bounds the connections. Here they only have to fit.
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, connections)
        unsafe ccurl_multi_set_on_socket(pointer, Poller.onInterest)
        unsafe ccurl_multi_set_pointer(pointer, CURLMOPT_SOCKETDATA, user)
        unsafe ccurl_multi_set_on_timer(pointer, Poller.onTimer)
        unsafe ccurl_multi_set_pointer(pointer, CURLMOPT_TIMERDATA, user)
    }

    deinit { unsafe curl_multi_cleanup(pointer) }

    /// Adds an easy handle, which starts to connect.
    ///
    /// - Returns: false if libcurl has no memory for it.
    func add(_ easy: borrowing EasyHandle) -> Bool {
        unsafe curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK
    }

    /// Removes an easy handle, and closes its connection.
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

    /// Returns the next connection that libcurl has made or given up, with the result code; nil if there is none.
    func nextFinished() -> (Connection, CURLcode)? {
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while unsafe ccurl_next_finished(pointer, &easy, &code) == 1 {
            var user: UnsafeMutableRawPointer?
            guard let easy = unsafe easy,
                unsafe ccurl_get_pointer(easy, CURLINFO_PRIVATE, &user) == CURLE_OK, let user = unsafe user
            else { continue }
            return (unsafe Unmanaged<Connection>.fromOpaque(user).takeUnretainedValue(), code)
        }
        return nil
    }
}

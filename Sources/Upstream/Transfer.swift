import CCurl
import HTTPTypes
import Messages

/// An easy handle and the request that it carries.
///
/// The handle is used again for later requests.
///
/// It is confined to the transfer thread. libcurl gets the address of the object, unretained: the object owns
/// the handle that knows the address, so the handle cannot call back after the object's end.
final class Transfer {
    private(set) var easy: EasyHandle
    private let limits: ReceivedResponse.Limits
    let poller: Poller
    private let isPlain: Bool
    private let firstByte: Int64

    /// The request in progress; nil while the handle is spare.
    private(set) var submission: Submission?
    /// The index of the transfer in the loop's list of transfers in progress.
    var position = 0
    private var response: ReceivedResponse
    /// The reason why the callbacks refused the response; nil if they did not.
    private(set) var fault: ResponseFault?
    /// Whether libcurl was allowed to send.
    ///
    /// From then on bytes may have left the process.
    private(set) var wasSent = false
    /// Whether libcurl wanted to send a second time and was stopped.
    private(set) var wasStoppedFromRepeating = false
    /// Whether a reused connection turned out to be unusable before anything was sent on it.
    private(set) var foundStaleConnection = false
    private(set) var sawResponse = false
    /// The deadline of the first line of the response; nil while no first line is due.
    private(set) var firstByteDue: Int64?
    /// The address of the last connection that was tried; nil if none was.
    private(set) var triedAddress: SocketAddress?

    init?(_ configuration: UpstreamConfiguration, poller: Poller) {
        guard let easy = EasyHandle(url: configuration.origin.url) else { return nil }
        self.easy = easy
        self.poller = poller
        isPlain = configuration.origin.scheme == .http
        firstByte = configuration.firstByte.nanoseconds
        limits = ReceivedResponse.Limits(
            head: configuration.maximumHead,
            fields: configuration.maximumFields,
            body: configuration.maximumBody
        )
        response = ReceivedResponse(isHead: false, limits: limits)
        setConstants(configuration)
        guard self.easy.isSound else { return nil }
    }

    /// Prepares the handle for a request.
    ///
    /// - Returns: false if there is no memory.
    func begin(_ submission: Submission) -> Bool {
        self.submission = submission
        forgetProgress()
        response = ReceivedResponse(isHead: submission.request.method == .head, limits: limits)
        easy.setRequest(submission.request)
        return easy.isSound
    }

    /// Prepares the handle for another attempt on a new connection, after one in which nothing was sent.
    func beginAgain() {
        forgetProgress()
        easy.set(CURLOPT_FRESH_CONNECT, true)
    }

    /// Releases the request and returns it.
    ///
    /// The multi handle must have released the easy handle before.
    func end() -> Submission? {
        easy.forgetRequest()
        response = ReceivedResponse(isHead: false, limits: limits)
        defer { submission = nil }
        return submission
    }

    /// Returns the response.
    ///
    /// - Throws: if the response is not whole, or the callbacks refused it.
    func finishedResponse() throws(ResponseFault) -> WireResponse {
        if let fault { throw fault }
        return try response.finished()
    }

    /// Whether a whole response has come, also where the transfer then failed.
    var hasWholeResponse: Bool { fault == nil && response.isWhole }

    /// The earlier of the two deadlines of the request.
    var due: Int64 { min(submission?.due ?? .max, firstByteDue ?? .max) }

    /// Returns a lower bound of `due`, whatever happens from now on: a request that is sent later is due
    /// later.
    func earliestDue(now: Int64) -> Int64 { wasSent ? due : min(due, now + firstByte) }

    private func forgetProgress() {
        fault = nil
        wasSent = false
        wasStoppedFromRepeating = false
        foundStaleConnection = false
        sawResponse = false
        firstByteDue = nil
        triedAddress = nil
    }

    /// Opens a socket for a connection, and remembers its address for an error.
    fileprivate func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        let (socket, tried) = unsafe poller.open(address)
        triedAddress = tried ?? triedAddress
        return socket
    }

    /// Returns whether libcurl may send the request.
    ///
    /// libcurl calls it each time before it sends.
    ///
    /// libcurl repeats a request, body included, when a reused connection dies before the response begins
    /// (`Curl_retry_request`, for every method). The second time is therefore refused. libcurl also accepts a
    /// reused connection on which unsolicited bytes are waiting, and would read them as this response.
    fileprivate func mayBeSent(localPort: Int32) -> Bool {
        guard !wasSent else {
            wasStoppedFromRepeating = true
            return false
        }
        let isReused = easy.connects == 0
        if isReused || isPlain {
            let hasInput = easy.hasDecryptedBytesWaiting || poller.hasUnsolicitedInput(localPort: localPort)
            if hasInput {
                if isReused {
                    foundStaleConnection = true
                } else {
                    fault = .malformed("upstream sent bytes before the request")
                }
                return false
            }
        }
        wasSent = true
        firstByteDue = Monotonic.now() + firstByte
        return true
    }

    fileprivate func consume(line: Span<UInt8>) -> Bool {
        sawResponse = true
        firstByteDue = nil
        return accept { (response: inout ReceivedResponse) throws(ResponseFault) in
            try response.consume(line: line)
        }
    }

    fileprivate func consume(body: Span<UInt8>) -> Bool {
        sawResponse = true
        let isAccepted = accept { (response: inout ReceivedResponse) throws(ResponseFault) in
            try response.consume(body: body)
        }
        return isAccepted && !response.hasExcess
    }

    private func accept(_ step: (inout ReceivedResponse) throws(ResponseFault) -> Void) -> Bool {
        guard fault == nil else { return false }
        do throws(ResponseFault) {
            try step(&response)
            return true
        } catch {
            fault = error
            return false
        }
    }

    /// Sets the options that are the same for every request.
    private func setConstants(_ configuration: UpstreamConfiguration) {
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        let poller = unsafe Unmanaged.passUnretained(poller).toOpaque()
        unsafe easy.set(CURLOPT_PRIVATE, unowned: user)
        unsafe easy.set(CURLOPT_HEADERDATA, unowned: user)
        unsafe easy.set(CURLOPT_WRITEDATA, unowned: user)
        unsafe easy.set(CURLOPT_PREREQDATA, unowned: user)
        unsafe easy.set(CURLOPT_OPENSOCKETDATA, unowned: user)
        unsafe easy.set(CURLOPT_CLOSESOCKETDATA, unowned: poller)
        unsafe easy.setCallbacks(
            onHeaderLine: Self.onHeaderLine,
            onBody: Self.onBody,
            onRequest: Self.onRequest,
            onOpen: Self.onOpen,
            onClose: Poller.onClose
        )
        easy.setPolicy(configuration)
    }
}

/// The callbacks that libcurl calls with the address of a transfer.
extension Transfer {
    private static let onHeaderLine: curl_write_callback = { bytes, size, count, user in
        guard let transfer = unsafe transfer(user), let span = unsafe buffer(bytes, size, count) else {
            return 0
        }
        return unsafe transfer.consume(line: span.span) ? span.count : 0
    }

    private static let onBody: curl_write_callback = { bytes, size, count, user in
        guard let transfer = unsafe transfer(user), let span = unsafe buffer(bytes, size, count) else {
            return 0
        }
        return unsafe transfer.consume(body: span.span) ? span.count : 0
    }

    private static let onRequest: curl_prereq_callback = { user, _, _, _, localPort in
        unsafe transfer(user)?.mayBeSent(localPort: localPort) == true
            ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    private static let onOpen: curl_opensocket_callback = { user, purpose, address in
        guard purpose == CURLSOCKTYPE_IPCXN, let address = unsafe address else { return -1 }
        return unsafe transfer(user)?.open(address) ?? -1
    }

    private static func transfer(_ user: UnsafeMutableRawPointer?) -> Transfer? {
        guard let user = unsafe user else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    }

    private static func buffer(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ size: Int,
        _ count: Int
    ) -> UnsafeBufferPointer<UInt8>? {
        guard let bytes = unsafe bytes else { return nil }
        let start = unsafe UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
        return unsafe UnsafeBufferPointer(start: start, count: size * count)
    }
}

import CCurl
import Messages

/// One easy handle and the call that it is at work on; the handle is used again for later calls.
///
/// Confined to the transfer thread. libcurl is given the object's own address, unretained: the object owns the
/// handle that the address is set in, so the handle cannot call back later than the object lives.
final class Transfer {
    private(set) var easy: EasyHandle
    private let limits: ReceivedResponse.Limits
    private let poller: Poller
    private let isPlain: Bool
    private let firstByte: Int64

    /// The call, while there is one.
    private(set) var submission: Submission?
    /// Where this is in the loop's list of transfers at work.
    var position = 0
    private var response: ReceivedResponse
    /// Why the callbacks refused the answer.
    private(set) var fault: ResponseFault?
    /// Whether libcurl was told to send: from then on bytes may be out.
    private(set) var wasSent = false
    /// Whether libcurl wanted to send a second time and was stopped.
    private(set) var wasStoppedFromRepeating = false
    /// Whether a kept connection was found spoilt before anything was sent on it.
    private(set) var foundStaleConnection = false
    private(set) var sawAnswer = false
    /// When the first line of the answer must have come; nil: nothing is waited for.
    private(set) var firstByteDue: Int64?

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
        response = ReceivedResponse(isHTTP2: false, isHead: false, limits: limits)
        setConstants(configuration)
        guard self.easy.isSound else { return nil }
    }

    /// Makes the handle ready for a call; false where there is no memory.
    func begin(_ submission: Submission) -> Bool {
        self.submission = submission
        forgetProgress()
        response = ReceivedResponse(
            isHTTP2: false,
            isHead: submission.request.method == "HEAD",
            limits: limits
        )
        easy.setRequest(submission.request)
        return easy.isSound
    }

    /// Makes the handle ready to try once more, on a connection of its own: nothing was sent before.
    func beginAfresh() {
        forgetProgress()
        easy.set(CURLOPT_FRESH_CONNECT, true)
    }

    /// Lets go of the call; the handle is out of the multi handle by now.
    func end() -> Submission? {
        easy.forgetRequest()
        response = ReceivedResponse(isHTTP2: false, isHead: false, limits: limits)
        defer { submission = nil }
        return submission
    }

    /// The answer, where there is a whole one.
    func takeResponse() throws(ResponseFault) -> Response {
        if let fault { throw fault }
        return try response.finished()
    }

    /// Whether the answer is whole though libcurl was told to stop, for the sake of the connection.
    var isWholeWithExcess: Bool { fault == nil && response.hasExcess && response.isWhole }

    /// When this call is out of time, by either of its deadlines.
    var due: Int64 { min(submission?.due ?? .max, firstByteDue ?? .max) }

    /// No later than `due` can be, whatever happens from now on: what is sent later is due later.
    func earliestDue(now: Int64) -> Int64 { wasSent ? due : min(due, now + firstByte) }

    private func forgetProgress() {
        fault = nil
        wasSent = false
        wasStoppedFromRepeating = false
        foundStaleConnection = false
        sawAnswer = false
        firstByteDue = nil
    }

    /// Asked each time before libcurl sends the request; false stops the transfer.
    ///
    /// libcurl repeats a request, body and all, when a kept connection dies before the answer begins
    /// (`Curl_retry_request`, for every method): so the second time is refused. It also takes a kept connection
    /// for good on which bytes are waiting that nobody asked for; they would be read as this call's answer.
    fileprivate func mayBeSent(localPort: Int32) -> Bool {
        guard !wasSent else {
            wasStoppedFromRepeating = true
            return false
        }
        let isHTTP2 = !isPlain && easy.speaksHTTP2
        let isReused = easy.connects == 0
        if !isHTTP2, isReused || isPlain {
            let isSpoilt = easy.hasDecryptedBytesWaiting || poller.hasUnaskedInput(localPort: localPort)
            if isSpoilt {
                if isReused {
                    foundStaleConnection = true
                } else {
                    fault = .malformed("origin spoke before it was asked")
                }
                return false
            }
        }
        if isHTTP2 {
            response = ReceivedResponse(
                isHTTP2: true,
                isHead: submission?.request.method == "HEAD",
                limits: limits
            )
        }
        wasSent = true
        firstByteDue = Monotonic.now() + firstByte
        return true
    }

    fileprivate func consume(line: Span<UInt8>) -> Bool {
        sawAnswer = true
        firstByteDue = nil
        return accept { (response: inout ReceivedResponse) throws(ResponseFault) in
            try response.consume(line: line)
        }
    }

    fileprivate func consume(body: Span<UInt8>) -> Bool {
        sawAnswer = true
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

    /// The options that are the same for every call.
    private func setConstants(_ configuration: UpstreamConfiguration) {
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        let poller = unsafe Unmanaged.passUnretained(poller).toOpaque()
        unsafe easy.set(CURLOPT_PRIVATE, unowned: user)
        unsafe easy.set(CURLOPT_HEADERDATA, unowned: user)
        unsafe easy.set(CURLOPT_WRITEDATA, unowned: user)
        unsafe easy.set(CURLOPT_PREREQDATA, unowned: user)
        unsafe easy.set(CURLOPT_OPENSOCKETDATA, unowned: poller)
        unsafe easy.set(CURLOPT_CLOSESOCKETDATA, unowned: poller)
        unsafe easy.setCallbacks(
            onHeaderLine: Self.onHeaderLine,
            onBody: Self.onBody,
            onRequest: Self.onRequest,
            onOpen: Poller.onOpen,
            onClose: Poller.onClose
        )
        easy.setPolicy(configuration)
    }
}

/// The callbacks that libcurl is given a transfer's address for.
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

import CCurl
import Messages

/// A connection to the upstream: libcurl makes it, and requests go over it one after another.
///
/// It is confined to the transfer thread. libcurl gets the address of the object, unretained: the object owns the
/// handle that knows the address, so the handle cannot call back after the object's end.
final class Connection {
    private(set) var easy: EasyHandle
    private let poller: Poller
    private let firstByte: Int64
    /// The value of the Host field where a request has none.
    private let host: String
    private let isPlain: Bool

    /// The request in progress; nil while the connection is idle.
    var transfer: Transfer?
    /// The index of the connection in the loop's list of those with a request.
    var position = 0
    /// The socket, once libcurl has made the connection.
    private var socket: Int32?
    /// Whether libcurl has made the connection.
    var isMade: Bool { socket != nil }
    /// The time at which the connection was made, in monotonic nanoseconds.
    private(set) var made: Int64 = 0
    /// The bytes of the request in progress.
    private var output: [UInt8] = []
    /// Whether epoll watches for room to send.
    private var watchesOutput = false
    /// The address that was tried last; nil if none was.
    private(set) var triedAddress: SocketAddress?

    init?(_ configuration: UpstreamConfiguration, poller: Poller) {
        guard let easy = EasyHandle() else { return nil }
        self.easy = easy
        self.poller = poller
        firstByte = configuration.firstByte.nanoseconds
        host = configuration.origin.authority
        isPlain = configuration.origin.scheme == .http
        setCallbacks()
        self.easy.setPolicy(configuration)
        guard self.easy.isSound else { return nil }
    }

    /// Returns a lower bound of the deadline, whatever happens from now on: a request that is sent later is due
    /// later.
    func earliestDue(now: Int64) -> Int64 {
        guard let due = transfer?.due else { return .max }
        return transfer?.wasSent == true ? due : min(due, now + firstByte)
    }

    /// Takes the connection over from libcurl, which has made it.
    ///
    /// - Returns: false if there is no socket, or epoll cannot watch it.
    func takeOver(now: Int64) -> Bool {
        made = now
        guard let socket = easy.socket, poller.watch(socket, of: self, forOutput: false) else { return false }
        self.socket = socket
        return true
    }

    /// Begins to send the request in progress.
    func begin(now: Int64, _ buffer: inout [UInt8]) -> Progress {
        easy.clearErrorText()
        output.removeAll(keepingCapacity: output.capacity <= 1 << 16)
        transfer?.submission.request.append(to: &output, host: host)
        transfer?.wasSent = true
        transfer?.firstByteDue = now + firstByte
        send()
        return transfer?.sendingFault == nil ? .unfinished : receive(&buffer)
    }

    /// Sends and receives what the socket is ready for.
    func proceed(_ buffer: inout [UInt8]) -> Progress {
        if let sent = transfer?.sentBytes, sent < output.count, transfer?.sendingFault == nil { send() }
        return receive(&buffer)
    }

    private func send() {
        guard var sent = transfer?.sentBytes else { return }
        var isBlocked = false
        sending: while sent < output.count {
            switch easy.send(output, from: sent) {
            case .bytes(let count): sent += count
            case .blocked:
                isBlocked = true
                break sending
            case .failed(let code):
                transfer?.sendingFault = code
                break sending
            }
        }
        transfer?.sentBytes = sent
        guard isBlocked != watchesOutput, let socket else { return }
        watchesOutput = isBlocked
        if !poller.watch(socket, of: self, forOutput: isBlocked) { transfer?.sendingFault = CURLE_SEND_ERROR }
    }

    /// Receives until the response is whole or nothing more has come.
    ///
    /// Under TLS decrypted bytes may wait where epoll does not see them, so only `.blocked` says that nothing has
    /// come. Without TLS a buffer that is not full says it too.
    private func receive(_ buffer: inout [UInt8]) -> Progress {
        while true {
            let count: Int
            switch easy.receive(into: &buffer) {
            case .blocked: return progress()
            case .failed(let code): return progress(endedBy: code)
            case .bytes(0): return progress(endedBy: CURLE_OK)
            case .bytes(let received): count = received
            }
            guard let isWhole = transfer?.hasWholeResponse else { return .unfinished }
            // The response was whole before these bytes.
            guard !isWhole else { return .whole(isReusable: false) }
            do throws(ResponseFault) {
                try transfer?.consume(buffer.span.extracting(first: count))
            } catch {
                return .failed(UpstreamError(CURLE_OK, of: self))
            }
            if count < buffer.count, isPlain || transfer?.hasWholeResponse == true { return progress() }
        }
    }

    /// Returns the progress on a connection that goes on.
    private func progress() -> Progress {
        guard transfer?.hasWholeResponse == true else {
            guard let code = transfer?.sendingFault else { return .unfinished }
            return .failed(UpstreamError(code, of: self))
        }
        if transfer?.sentBytes == output.count {
            return .whole(isReusable: transfer?.response.allowsAnother == true)
        }
        // A client that gets an error before it has sent everything should cease (RFC 9112, 9.5).
        let isError = (transfer?.response.code).map { $0 >= 400 } ?? false
        return isError || transfer?.sendingFault != nil ? .whole(isReusable: false) : .unfinished
    }

    /// Returns the progress on a connection that has ended.
    private func progress(endedBy code: CURLcode) -> Progress {
        transfer?.hasWholeResponse == true
            ? .whole(isReusable: false) : .failed(UpstreamError(code, of: self))
    }
}

extension Connection {
    /// The state of the request in progress after an event.
    enum Progress {
        case unfinished
        /// The response is whole, and another request may follow on the connection or not.
        case whole(isReusable: Bool)
        case failed(UpstreamError)
    }

    /// Returns the fault of a connection without a request that the upstream has ended, or has sent bytes on.
    ///
    /// A record that TLS sends for itself, such as a session ticket, is no fault.
    func faultWithoutRequest(_ buffer: inout [UInt8]) -> UpstreamError? {
        switch easy.receive(into: &buffer) {
        case .blocked: return nil
        case .failed(let code): return UpstreamError(code, of: self)
        case .bytes(0):
            let detail = "connection ended before the request was sent"
            return UpstreamError(.unreachable, phase: .notSent, cause: .reset, detail: detail)
        case .bytes:
            return UpstreamError(
                .malformed,
                phase: .notSent,
                detail: "upstream sent bytes before the request"
            )
        }
    }
}

/// The callbacks that libcurl calls with the address of a connection.
extension Connection {
    private func setCallbacks() {
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        let poller = unsafe Unmanaged.passUnretained(poller).toOpaque()
        unsafe easy.set(CURLOPT_PRIVATE, unowned: user)
        unsafe easy.set(CURLOPT_OPENSOCKETDATA, unowned: user)
        unsafe easy.set(CURLOPT_CLOSESOCKETDATA, unowned: poller)
        unsafe easy.setCallbacks(onOpen: Self.onOpen, onClose: Poller.onClose, onBytes: Self.onBytes)
    }

    private static let onOpen: curl_opensocket_callback = { user, purpose, address in
        guard purpose == CURLSOCKTYPE_IPCXN, let user = unsafe user, let address = unsafe address else {
            return -1
        }
        let connection = unsafe Unmanaged<Connection>.fromOpaque(user).takeUnretainedValue()
        let (socket, tried) = unsafe connection.poller.open(address)
        connection.triedAddress = tried ?? connection.triedAddress
        return socket
    }

    /// Drops what a proxy says about its CONNECT, which libcurl has read.
    private static let onBytes: curl_write_callback = { _, size, count, _ in size * count }
}

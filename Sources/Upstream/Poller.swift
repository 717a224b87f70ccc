import CCurl
import Glibc
import Synchronization

/// The epoll instance of libcurl's sockets and the inbox's wake-up, and the time that libcurl asked for.
///
/// It is confined to the transfer thread, and a class because libcurl's callbacks need an address. It
/// outlives the multi handle. The registration of a socket remains when libcurl loses interest between two
/// requests of a connection (`isIdle`). It is used again when the interest returns, which saves two system
/// calls a request. It ends when the socket is closed, which only `onClose` does, or when an idle socket
/// becomes readable.
@safe final class Poller {
    /// The events that epoll watches on a socket, and whether libcurl wants them at present.
    private struct Registration {
        var events: UInt32
        var isIdle: Bool
    }

    struct Ready {
        var descriptor: Int32
        var events: UInt32

        /// The events in libcurl's bits; a hang-up counts as readable.
        var selection: Int32 {
            var bits: Int32 = 0
            if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { bits |= CURL_CSELECT_IN }
            if events & EPOLLOUT.rawValue != 0 { bits |= CURL_CSELECT_OUT }
            if events & EPOLLERR.rawValue != 0 { bits |= CURL_CSELECT_ERR }
            return bits
        }
    }

    private let epoll: Int32
    /// The registrations, at the index of their descriptors.
    private var registrations: [Registration?] = []
    private var ports = LocalPorts()
    private var buffer = unsafe [epoll_event](repeating: epoll_event(), count: 128)
    /// The time at which libcurl wants to be called, in monotonic nanoseconds; nil for none.
    private(set) var due: Int64?
    let counters: Counters
    let addresses: AddressRule

    init?(waker: Int32, counters: Counters, addresses: AddressRule) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        self.counters = counters
        self.addresses = addresses
        guard epoll >= 0, control(EPOLL_CTL_ADD, waker, EPOLLIN.rawValue | EPOLLET.rawValue) else {
            return nil
        }
    }

    deinit {
        if epoll >= 0 { close(epoll) }
    }

    /// Waits for events and calls `body` for each ready descriptor.
    ///
    /// - Parameter milliseconds: the maximum wait; -1 for no limit.
    func wait(milliseconds: Int32, _ body: (Ready) -> Void) {
        let count = unsafe epoll_wait(epoll, &buffer, Int32(buffer.count), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = unsafe buffer[index]
            let descriptor = unsafe event.data.fd
            if registration(of: descriptor)?.isIdle == true {
                // No transfer uses the connection: the upstream closed it, or sent bytes without a request.
                // libcurl checks the connection before it uses it again.
                unregister(descriptor)
            } else {
                body(Ready(descriptor: descriptor, events: unsafe event.events))
            }
        }
    }

    /// Returns whether the time that libcurl asked for has come, and clears it then.
    func takeDue(now: Int64) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        return true
    }

    /// Returns whether the connection with this local port has input although no request was sent.
    ///
    /// libcurl identifies the connection of a transfer by its port alone. Two connections that lead to
    /// different addresses may share a port; both are then checked.
    func hasUnsolicitedInput(localPort: Int32) -> Bool {
        var byte: UInt8 = 0
        return ports.sockets(at: localPort).contains { socket in
            let count = unsafe recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            return count >= 0 || (errno != EAGAIN && errno != EINTR)
        }
    }

    private func registration(of socket: Int32) -> Registration? {
        registrations.indices.contains(Int(socket)) ? registrations[Int(socket)] : nil
    }

    private func register(_ registration: Registration?, of socket: Int32) {
        guard socket >= 0 else { return }
        while registrations.count <= Int(socket) { registrations.append(nil) }
        registrations[Int(socket)] = registration
    }

    /// Registers the events that libcurl wants of a socket.
    private func setInterest(in socket: Int32, what: Int32) {
        let events: UInt32
        switch what {
        case CURL_POLL_IN: events = EPOLLIN.rawValue
        case CURL_POLL_OUT: events = EPOLLOUT.rawValue
        case CURL_POLL_INOUT: events = EPOLLIN.rawValue | EPOLLOUT.rawValue
        default:
            if let registration = registration(of: socket) {
                guard registration.events == EPOLLIN.rawValue else { return unregister(socket) }
                register(Registration(events: registration.events, isIdle: true), of: socket)
            }
            return
        }
        if let registration = registration(of: socket) {
            guard registration.events == events || control(EPOLL_CTL_MOD, socket, events) else { return }
        } else {
            guard control(EPOLL_CTL_ADD, socket, events) else { return }
        }
        register(Registration(events: events, isIdle: false), of: socket)
    }

    private func unregister(_ socket: Int32) {
        guard registration(of: socket) != nil else { return }
        register(nil, of: socket)
        _ = control(EPOLL_CTL_DEL, socket, 0)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) -> Bool {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        return unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0
    }

    /// Opens a socket for an address; -1 if the address is not allowed, or there is no descriptor.
    ///
    /// The address comes back with it, for an error.
    func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> (socket: Int32, tried: SocketAddress?) {
        // An IPv6 address is longer than the declared type (`struct sockaddr`).
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return (-1, nil) }
        let bytes = unsafe [UInt8](
            UnsafeRawBufferPointer(
                start: UnsafeRawPointer(address) + offset,
                count: Int(min(address.pointee.addrlen, 28))
            )
        )
        let tried = unsafe SocketAddress(family: address.pointee.family, bytes: bytes)
        guard addresses.allows(family: tried.family, socketAddress: bytes) else { return (-1, tried) }
        let socket = unsafe Glibc.socket(
            address.pointee.family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.`protocol`
        )
        if socket >= 0 {
            counters.openConnections.add(1, ordering: .relaxed)
            ports.opened(socket)
        }
        return (socket, tried)
    }

    private func closed(_ socket: Int32) {
        unregister(socket)
        ports.closed(socket)
        counters.openConnections.subtract(1, ordering: .relaxed)
        close(socket)
    }
}

/// The callbacks that libcurl calls with the address of the poller.
///
/// The address is unretained: the poller is a local variable of the transfer thread and outlives every
/// handle.
extension Poller {
    static let onInterest:
        @convention(c) (
            UnsafeMutableRawPointer?, curl_socket_t, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
        ) -> Int32 = { _, socket, what, user, _ in
            unsafe poller(user)?.setInterest(in: socket, what: what)
            return 0
        }

    static let onTimer: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32 = {
        _,
        milliseconds,
        user in
        unsafe poller(user)?.due = milliseconds < 0 ? nil : Monotonic.now(plusMilliseconds: milliseconds)
        return 0
    }

    static let onClose: curl_closesocket_callback = { user, socket in
        unsafe poller(user)?.closed(socket)
        return 0
    }

    private static func poller(_ user: UnsafeMutableRawPointer?) -> Poller? {
        guard let user = unsafe user else { return nil }
        return unsafe Unmanaged<Poller>.fromOpaque(user).takeUnretainedValue()
    }
}

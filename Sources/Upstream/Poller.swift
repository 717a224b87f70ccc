import CCurl
import Glibc
import Synchronization

/// The epoll instance of all sockets and the inbox's wake-up, and the time that libcurl asked for.
///
/// It is confined to the transfer thread, and a class because libcurl's callbacks need an address. It outlives the
/// multi handle. While libcurl makes a connection, it says which events it wants of which sockets. The socket of a
/// connection that is made stays registered until it is closed, which only `onClose` does.
@safe final class Poller {
    /// The events that epoll watches on a socket, and the connection that they are for; nil for libcurl.
    private struct Registration {
        var events: UInt32
        var connection: Connection?
    }

    /// A descriptor that is ready.
    struct Ready {
        var descriptor: Int32
        /// The events in libcurl's bits; a hang-up counts as readable.
        var selection: Int32
        /// The connection whose socket it is; nil for a socket that libcurl watches, and for the wake-up.
        var connection: Connection?
    }

    private let epoll: Int32
    /// The registrations, at the index of their descriptors.
    private var registrations: [Registration?] = []
    /// The room for events: enough for all sockets at once, so that no wait leaves one out.
    private var buffer: [epoll_event]
    /// The time at which libcurl wants to be called, in monotonic nanoseconds; nil for none.
    private(set) var due: Int64?
    let counters: Counters
    let addresses: AddressRule

    init?(waker: Int32, connections: Int, counters: Counters, addresses: AddressRule) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        // A connection that libcurl makes may have a few sockets, one for each address and that of the resolver.
        let room = min(connections, 1 << 16) * 4 + 1
        unsafe buffer = unsafe [epoll_event](repeating: epoll_event(), count: room)
        self.counters = counters
        self.addresses = addresses
        guard epoll >= 0, control(EPOLL_CTL_ADD, waker, EPOLLIN.rawValue | EPOLLET.rawValue) else {
            return nil
        }
    }

    deinit {
        if epoll >= 0 { close(epoll) }
    }

    /// Waits for events, and returns the number of descriptors that are ready.
    ///
    /// - Parameter milliseconds: The maximum wait.
    func wait(milliseconds: Int32) -> Int {
        max(0, Int(unsafe epoll_wait(epoll, &buffer, Int32(buffer.count), milliseconds)))
    }

    /// Returns a descriptor that the last wait found ready.
    ///
    /// An event is a hint: the descriptor may have been closed since, and be that of another socket.
    func ready(at index: Int) -> Ready {
        let (descriptor, events) = unsafe (buffer[index].data.fd, buffer[index].events)
        var bits: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { bits |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { bits |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { bits |= CURL_CSELECT_ERR }
        let connection = registration(of: descriptor)?.connection
        return Ready(descriptor: descriptor, selection: bits, connection: connection)
    }

    /// Returns whether the time that libcurl asked for has come, and clears it then.
    func takeDue(now: Int64) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        return true
    }

    /// Registers the socket of a connection for input, and for output where there is more to send.
    ///
    /// - Returns: Whether epoll watches it.
    func watch(_ socket: Int32, of connection: Connection, forOutput: Bool) -> Bool {
        let events = EPOLLIN.rawValue | (forOutput ? EPOLLOUT.rawValue : 0)
        return register(Registration(events: events, connection: connection), of: socket)
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
        if socket >= 0 { counters.openConnections.add(1, ordering: .relaxed) }
        return (socket, tried)
    }

    /// Registers the events that libcurl wants of a socket.
    fileprivate func setInterest(in socket: Int32, what: Int32) {
        switch what {
        case CURL_POLL_IN: _ = register(Registration(events: EPOLLIN.rawValue), of: socket)
        case CURL_POLL_OUT: _ = register(Registration(events: EPOLLOUT.rawValue), of: socket)
        case CURL_POLL_INOUT:
            _ = register(Registration(events: EPOLLIN.rawValue | EPOLLOUT.rawValue), of: socket)
        default:
            // libcurl loses its interest also when it closes a socket that is a connection's by now.
            if registration(of: socket)?.connection == nil { unregister(socket) }
        }
    }

    fileprivate func setDue(afterMilliseconds milliseconds: Int) {
        due = milliseconds < 0 ? nil : Monotonic.now(plusMilliseconds: milliseconds)
    }

    fileprivate func closed(_ socket: Int32) {
        unregister(socket)
        counters.openConnections.subtract(1, ordering: .relaxed)
        close(socket)
    }

    private func registration(of socket: Int32) -> Registration? {
        registrations.indices.contains(Int(socket)) ? registrations[Int(socket)] : nil
    }

    private func register(_ registration: Registration, of socket: Int32) -> Bool {
        guard socket >= 0 else { return false }
        while registrations.count <= Int(socket) { registrations.append(nil) }
        let old = registrations[Int(socket)]
        if old?.events != registration.events {
            let operation = old == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
            guard control(operation, socket, registration.events) else { return false }
        }
        registrations[Int(socket)] = registration
        return true
    }

    private func unregister(_ socket: Int32) {
        guard registration(of: socket) != nil else { return }
        registrations[Int(socket)] = nil
        _ = control(EPOLL_CTL_DEL, socket, 0)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) -> Bool {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        return unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0
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
        unsafe poller(user)?.setDue(afterMilliseconds: milliseconds)
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

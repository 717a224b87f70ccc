import CCurl
import Glibc
import Synchronization

/// The epoll instance that libcurl's sockets and the inbox's wake-up are in, and the time libcurl asked for.
///
/// Confined to the transfer thread; a class because libcurl's callbacks need an address. It outlives the multi
/// handle. A socket's registration is kept when libcurl loses interest between two requests of a connection
/// (`idle`), and used again when the interest returns: that saves two system calls a request. It ends for good
/// when the socket is closed, which only `onClose` does, or when an idle socket has something to say.
@safe final class Poller {
    /// What epoll was told for a socket, and whether libcurl still wants it.
    private struct Registration {
        var events: UInt32
        var isIdle: Bool
    }

    struct Ready {
        var descriptor: Int32
        var events: UInt32

        /// The events in libcurl's bits; a hang-up is something to read.
        var selection: Int32 {
            var bits: Int32 = 0
            if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { bits |= CURL_CSELECT_IN }
            if events & EPOLLOUT.rawValue != 0 { bits |= CURL_CSELECT_OUT }
            if events & EPOLLERR.rawValue != 0 { bits |= CURL_CSELECT_ERR }
            return bits
        }
    }

    private let epoll: Int32
    /// By descriptor.
    private var registrations: [Registration?] = []
    private var ports = LocalPorts()
    private var buffer = unsafe [epoll_event](repeating: epoll_event(), count: 128)
    /// When libcurl wants to be called, in monotonic nanoseconds; nil: not at all.
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

    /// Waits at most this long (-1: without end) and hands over what is ready.
    func wait(milliseconds: Int32, _ body: (Ready) -> Void) {
        let count = unsafe epoll_wait(epoll, &buffer, Int32(buffer.count), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = unsafe buffer[index]
            let descriptor = unsafe event.data.fd
            if registration(of: descriptor)?.isIdle == true {
                // Nobody asks for it: the origin closed a kept connection or spoke unasked; libcurl looks
                // at the connection before it uses it again.
                unregister(descriptor)
            } else {
                body(Ready(descriptor: descriptor, events: unsafe event.events))
            }
        }
    }

    func takeDue(now: Int64) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        return true
    }

    /// Whether the connection with this local port has something to say although nothing was asked.
    ///
    /// libcurl names a transfer's connection by its port alone. Where two have the same one (they lead to
    /// different addresses), the question is answered for both.
    func hasUnaskedInput(localPort: Int32) -> Bool {
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

    private func interest(in socket: Int32, what: Int32) {
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

    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        // The address is longer than its declared type (`struct sockaddr`) where it is an IPv6 one.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return -1 }
        let bytes = unsafe [UInt8](
            UnsafeRawBufferPointer(
                start: UnsafeRawPointer(address) + offset,
                count: Int(min(address.pointee.addrlen, 28))
            )
        )
        guard unsafe addresses.allows(family: address.pointee.family, socketAddress: bytes) else { return -1 }
        let socket = unsafe Glibc.socket(
            address.pointee.family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.`protocol`
        )
        if socket >= 0 {
            counters.openConnections.add(1, ordering: .relaxed)
            ports.opened(socket)
        }
        return socket
    }

    private func closed(_ socket: Int32) {
        unregister(socket)
        ports.closed(socket)
        counters.openConnections.subtract(1, ordering: .relaxed)
        close(socket)
    }
}

/// The callbacks that libcurl is given the poller's address for.
///
/// The address is unretained: the poller is a local of the transfer thread and outlives every handle.
extension Poller {
    static let onInterest:
        @convention(c) (
            UnsafeMutableRawPointer?, curl_socket_t, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
        ) -> Int32 = { _, socket, what, user, _ in
            unsafe poller(user)?.interest(in: socket, what: what)
            return 0
        }

    static let onTimer: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32 = {
        _,
        milliseconds,
        user in
        unsafe poller(user)?.due = milliseconds < 0 ? nil : Monotonic.now(plusMilliseconds: milliseconds)
        return 0
    }

    static let onOpen: curl_opensocket_callback = { user, purpose, address in
        guard purpose == CURLSOCKTYPE_IPCXN, let address = unsafe address else { return -1 }
        return unsafe poller(user)?.open(address) ?? -1
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

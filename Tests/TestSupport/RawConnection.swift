import Foundation
import Glibc

/// A TCP connection that sends exactly the given bytes and returns exactly the received ones.
///
/// It blocks, and every function has a deadline. Use it within ``offPool(_:)``, never directly in a task,
/// because tasks share few threads.
package final class RawConnection {
    /// The reason why a read ended.
    package enum End: Sendable, Equatable {
        case closed
        case reset
        case deadline
        /// The expected number of responses has arrived.
        case enough
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private var descriptor: CInt

    package init(port: Int, host: String = "127.0.0.1") throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw Failure(description: "not an IPv4 address: \(host)")
        }
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, size)
            }
        }
        try finishConnecting(result, to: "\(host):\(port)")
        set(tcpLevel, TCP_NODELAY, CInt(1))
    }

    package init(unixPath path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < 108 else { throw Failure(description: "path too long: \(path)") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, size)
            }
        }
        try finishConnecting(result, to: path)
    }

    deinit { close() }

    /// Sends all bytes.
    ///
    /// - Parameter pieces: the number of bytes in one segment; nil for all at once.
    package func send(_ bytes: [UInt8], pieces: Int? = nil, within time: Duration = .seconds(5)) throws {
        let end = ContinuousClock.now + time
        var sent = 0
        while sent < bytes.count {
            let count = min(pieces ?? bytes.count, bytes.count - sent)
            let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
            let result = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), count, flags)
            }
            if result > 0 {
                sent += result
            } else if errno == EAGAIN || errno == EINTR {
                guard wait(for: POLLOUT, until: end) else { throw Failure(description: "send took too long") }
            } else {
                throw Failure(description: "send: errno \(errno)")
            }
        }
    }

    package func send(_ text: String, pieces: Int? = nil) throws {
        try send([UInt8](text.utf8), pieces: pieces)
    }

    /// Reads until the server closes the connection, enough responses have arrived, or the time is up.
    ///
    /// - Parameter responses: the number of whole responses that are enough; nil for no limit.
    /// - Parameter methods: the methods of the requests, in order; needed only if one of them is HEAD.
    package func read(
        responses: Int? = nil,
        methods: [String] = [],
        within time: Duration = .seconds(5)
    ) -> (bytes: [UInt8], end: End) {
        let end = ContinuousClock.now + time
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let responses,
                RawResponse.parse(bytes, methods: methods).filter(\.isFinal).count >= responses
            {
                return (bytes, .enough)
            }
            guard wait(for: POLLIN, until: end) else { return (bytes, .deadline) }
            let count = unsafe recv(descriptor, &chunk, chunk.count, CInt(MSG_DONTWAIT))
            if count > 0 {
                bytes += chunk.prefix(count)
            } else if count == 0 {
                return (bytes, .closed)
            } else if errno != EAGAIN, errno != EINTR {
                return (bytes, .reset)
            }
        }
    }

    /// Sends requests and returns the given number of responses.
    package func roundTrip(
        _ text: String,
        responses: Int = 1,
        within time: Duration = .seconds(5)
    ) throws -> [RawResponse] {
        try send(text)
        return RawResponse.parse(read(responses: responses, within: time).bytes).filter(\.isFinal)
    }

    /// Half-closes the connection: the server sees the end of the input and can still respond.
    package func finishSending() { _ = shutdown(descriptor, CInt(SHUT_WR)) }

    /// Limits the receive buffer of the kernel, so that the server soon notices a slow reader.
    package func limitReceiveBuffer(_ bytes: Int) {
        set(SOL_SOCKET, SO_RCVBUF, CInt(truncatingIfNeeded: bytes))
    }

    package func close() {
        guard descriptor >= 0 else { return }
        _ = Glibc.close(descriptor)
        descriptor = -1
    }

    /// Closes the connection with RST.
    package func reset() {
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        close()
    }

    private func finishConnecting(_ result: CInt, to place: String) throws {
        guard result == 0 else {
            let code = errno
            close()
            throw Failure(description: "cannot connect to \(place): errno \(code)")
        }
    }

    private func set<Value: BitwiseCopyable>(_ level: CInt, _ name: CInt, _ value: Value) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Value>.size))
    }

    private func wait(for events: Int32, until end: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return false }
            let milliseconds = CInt(
                clamping: left.components.seconds * 1000 + 1
                    + left.components.attoseconds / 1_000_000_000_000_000
            )
            var poll = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
            if unsafe Glibc.poll(&poll, 1, milliseconds) > 0 { return true }
        }
    }
}

private let tcpLevel = CInt(IPPROTO_TCP)

/// Runs blocking work on a thread of its own, so that no task waits for a thread.
package func offPool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

import Foundation

/// A message to systemd about the state of the service (`sd_notify(3)`).
package enum ServiceNotification {
    /// The service runs, with a line about how it runs.
    case ready(status: String)
    case reloading(monotonicMicroseconds: Int64)
    /// The service ends within the given time, which counts in place of `TimeoutStopSec` if it is longer.
    case stopping(within: Duration)
    /// The event loops respond.
    case alive

    /// Sends the message if `NOTIFY_SOCKET` names a socket.
    ///
    /// A failure has no effect.
    package func send(environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"], let first = path.utf8.first,
            first == UInt8(ascii: "/") || first == UInt8(ascii: "@")
        else { return }
        // A leading '@' stands for the abstract name space, which has a NUL byte in the address.
        let name = first == UInt8(ascii: "@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        NotificationSocket.send(Array(text.utf8), to: name)
    }

    private var text: String {
        switch self {
        case .ready(let status): "READY=1\nSTATUS=\(StatusPage.oneLine(status))"
        case .reloading(let microseconds):
            "RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=reading the configuration"
        case .stopping(let time):
            "STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=\(max(1, time.wholeNanoseconds / 1_000))"
        case .alive: "WATCHDOG=1"
        }
    }
}

/// The sender of one datagram to a Unix socket.
private enum NotificationSocket {
    static func send(_ message: [UInt8], to name: [UInt8]) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            guard name.count < buffer.count else { return false }
            unsafe buffer.copyBytes(from: name)
            return true
        }
        guard fits, let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) else { return }
        let length = socklen_t(offset + name.count)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = unsafe sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), generic, length)
            }
        }
    }
}

/// The listening sockets that a supervisor passes on, by the protocol of systemd (`sd_listen_fds(3)`).
package struct ActivationSockets: Sendable, Equatable {
    /// The socket for callers; nil if the process opens its own.
    package private(set) var gateway: InheritedSocket?
    /// The socket for operators; nil if the process opens its own.
    package private(set) var admin: InheritedSocket?

    /// No socket.
    package init() {}

    /// Takes the sockets that the variables name; none if they are meant for another process.
    ///
    /// `LISTEN_FDNAMES` says `gateway` or `admin` for each of them. A socket that stands alone is that for callers,
    /// whatever its name: systemd's default is the name of the unit.
    package init(environment: [String: String], processID: Int32) throws(ActivationError) {
        guard let process = environment["LISTEN_PID"], process == "\(processID)",
            let text = environment["LISTEN_FDS"], text != "0"
        else { return }
        guard let count = Int(text), (1...2).contains(count) else { throw .badCount(text) }
        let given = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false)
        let names = given.map { $0.map(String.init) } ?? ["gateway", "admin"]
        guard names.count >= count else { throw .badCount(text) }
        for (index, name) in names.prefix(count).enumerated() {
            let socket = try InheritedSocket(descriptor: Self.first + CInt(index))
            switch name {
            case "admin" where admin == nil: admin = socket
            case "gateway" where gateway == nil: gateway = socket
            case _ where count == 1: gateway = socket
            default: throw .badName(name)
            }
        }
    }

    /// The variables, which are meant for this process alone.
    package static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// The descriptor of the first socket, after the three standard streams.
    private static let first: CInt = 3
}

/// The reason why a socket that was passed on cannot be used.
package enum ActivationError: Error, Sendable, Equatable, CustomStringConvertible {
    case badCount(String)
    case badName(String)
    case notListening(Int32)
    case withoutAddress(Int32)

    package var description: String {
        switch self {
        case .badCount(let text): "LISTEN_FDS: '\(text)' sockets; pass on one or two, with a name for each"
        case .badName(let name):
            "LISTEN_FDNAMES: '\(name)' names no listener; write gateway or admin, each once"
        case .notListening(let number): "LISTEN_FDS: descriptor '\(number)' is no stream socket that listens"
        case .withoutAddress(let number):
            "LISTEN_FDS: descriptor '\(number)' is bound to no TCP address and no path; use one of these"
        }
    }
}

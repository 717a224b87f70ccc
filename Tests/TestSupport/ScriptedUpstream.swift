import Glibc
import Synchronization

/// A TCP server on 127.0.0.1 that sends raw bytes by a script, and remembers the requests.
///
/// It knows just enough HTTP/1.1 to find the end of a request (Content-Length). The script decides all else,
/// right or wrong. One thread accepts, and each connection has a thread of its own, so that a stalled one
/// delays no other. No wait is longer than `patience`, and `stop` ends them all.
package final class ScriptedUpstream: Sendable {
    /// A whole request as it was received.
    package struct Received: Sendable, Equatable {
        /// The number of the connection.
        ///
        /// This number, and the two of the request, begin at 0.
        package var connection: Int
        package var requestOfConnection: Int
        package var request: Int
        package var head: String
        package var body: [UInt8]

        package var requestLine: String { String(head.prefix { $0 != "\r\n" }) }

        /// Returns the value of each field with this name, in the order of the fields.
        package func values(_ name: String) -> [String] {
            head.split(separator: "\r\n").dropFirst().compactMap { line in
                guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased()
                else {
                    return nil
                }
                return String(line[line.index(after: colon)...].drop { $0 == " " })
            }
        }
    }

    /// A step of the response to a request.
    ///
    /// After the last step the connection waits for the next request.
    package enum Step: Sendable {
        case send([UInt8])
        /// Sends one byte at a time, with a pause between two.
        case drip([UInt8], milliseconds: Int)
        /// Sends nothing until the other side closes, the server stops or patience ends, and then closes.
        case stall
        /// Sends nothing for a time.
        case pause(milliseconds: Int)
        /// Waits until the test opens the gate.
        case wait(Gate)
        case close
        /// Closes with RST (SO_LINGER 0): bytes that the other side has not read may be lost.
        case reset

        package static func send(_ text: String) -> Step { .send([UInt8](text.utf8)) }
    }

    package typealias Script = @Sendable (Received) -> [Step]

    package let port: Int
    private let patience: Int
    private let script: Script
    private let greeting: [Step]
    private let readsBodies: Bool
    private let listener: Int32
    private let log = ScriptedUpstreamLog()

    /// Starts to accept connections.
    ///
    /// - Parameters:
    ///   - greeting: the steps on each connection before its first request is read.
    ///   - readsBodies: false to perform the script at the end of a head. The script must close then.
    package init(
        patienceMilliseconds: Int = 15_000,
        greeting: [Step] = [],
        readsBodies: Bool = true,
        script: @escaping Script
    ) throws(ScriptedUpstreamError) {
        let (listener, port) = try Sockets.listen()
        self.listener = listener
        self.port = port
        self.script = script
        self.greeting = greeting
        self.readsBodies = readsBodies
        patience = patienceMilliseconds
        Threads.start { [self] in acceptAll() }
    }

    /// Starts a server that sends the same response to every request.
    package convenience init(response: String) throws(ScriptedUpstreamError) {
        try self.init { _ in [.send(response)] }
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far, in the order in which they became complete.
    package var received: [Received] { log.state.withLock { $0.received } }
    /// The number of connections accepted so far.
    package var accepted: Int { log.state.withLock { $0.accepted } }
    /// The number of connections that this side has open now.
    package var open: Int { log.state.withLock { $0.open } }
    /// The largest number of connections that were open at once.
    package var mostOpen: Int { log.state.withLock { $0.mostOpen } }

    /// Waits until the condition holds.
    ///
    /// - Returns: false if the condition did not hold in time.
    package func waitUntil(_ condition: (ScriptedUpstream) -> Bool) async -> Bool {
        let due = Sockets.milliseconds() + patience
        while !condition(self) {
            guard Sockets.milliseconds() < due else { return false }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return true
    }

    /// Closes everything and returns when each thread is about to end.
    ///
    /// That is soon: no thread waits longer than 20 ms.
    package func stop() {
        guard log.state.withLock({ exchange(&$0.isStopped, with: true) }) == false else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        let due = Sockets.milliseconds() + patience
        while log.state.withLock({ $0.threads }) > 0, Sockets.milliseconds() < due { usleep(500) }
        close(listener)
    }

    private var isStopped: Bool { log.state.withLock { $0.isStopped } }

    private func acceptAll() {
        while !isStopped {
            guard Sockets.isReadable(listener, milliseconds: 20) else { continue }
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { continue }
            Sockets.keepFromChildren(socket)
            Sockets.sendAtOnce(socket)
            let number = log.state.withLock { state in
                state.accepted += 1
                state.open += 1
                state.mostOpen = max(state.mostOpen, state.open)
                state.threads += 1
                return state.accepted - 1
            }
            Threads.start { [self] in serve(socket, number) }
        }
        log.state.withLock { $0.threads -= 1 }
    }

    private func serve(_ socket: Int32, _ connection: Int) {
        var unread: [UInt8] = []
        var count = 0
        var isOpen = perform(greeting, on: socket)
        while isOpen, let (head, body) = readRequest(socket, &unread) {
            let received = log.state.withLock { state in
                let received = Received(
                    connection: connection,
                    requestOfConnection: count,
                    request: state.received.count,
                    head: head,
                    body: body
                )
                state.received.append(received)
                return received
            }
            count += 1
            isOpen = perform(script(received), on: socket)
        }
        close(socket)
        log.state.withLock { state in
            state.open -= 1
            state.threads -= 1
        }
    }

    /// Performs the steps.
    ///
    /// - Returns: false if the connection must be closed.
    private func perform(_ steps: [Step], on socket: Int32) -> Bool {
        for step in steps {
            switch step {
            case .send(let bytes):
                guard Sockets.send(socket, bytes) else { return false }
            case .drip(let bytes, let milliseconds):
                for byte in bytes {
                    guard !isStopped, Sockets.send(socket, [byte]) else { return false }
                    usleep(UInt32(clamping: milliseconds * 1000))
                }
            case .stall:
                waitForEnd(socket)
                return false
            case .pause(let milliseconds):
                let due = Sockets.milliseconds() + min(milliseconds, patience)
                while !isStopped, Sockets.milliseconds() < due { usleep(500) }
            case .wait(let gate):
                let due = Sockets.milliseconds() + patience
                while !gate.isOpen, !isStopped, Sockets.milliseconds() < due { usleep(500) }
            case .close:
                return false
            case .reset:
                Sockets.resetOnClose(socket)
                return false
            }
        }
        return true
    }

    private func waitForEnd(_ socket: Int32) {
        let due = Sockets.milliseconds() + patience
        while !isStopped, Sockets.milliseconds() < due {
            guard Sockets.isReadable(socket, milliseconds: 20) else { continue }
            guard case .some(let bytes) = Sockets.receive(socket), !bytes.isEmpty else { return }
        }
    }

    /// Reads a request; nil at the end of the connection, or if no request comes in time.
    private func readRequest(_ socket: Int32, _ unread: inout [UInt8]) -> (String, [UInt8])? {
        let due = Sockets.milliseconds() + patience
        while !isStopped, Sockets.milliseconds() < due {
            if let request = RequestBytes.split(&unread, withBody: readsBodies) { return request }
            guard Sockets.isReadable(socket, milliseconds: 20) else { continue }
            guard let bytes = Sockets.receive(socket), !bytes.isEmpty else { return nil }
            unread += bytes
        }
        return nil
    }
}

/// The reason why a scripted upstream could not start.
package struct ScriptedUpstreamError: Error {
    package var detail: String
}

/// A latch between a test and a script.
///
/// It is closed at first, and stays open after it was opened.
package final class Gate: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}
    package var isOpen: Bool { flag.load(ordering: .acquiring) }
    package func open() { flag.store(true, ordering: .releasing) }
}

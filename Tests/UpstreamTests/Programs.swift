import Foundation
import Glibc

/// The programs of the system that tests use if they are installed.
enum Programs {
    static let openssl = find("openssl")

    private static func find(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end.
    ///
    /// - Throws: if the program fails.
    static func run(_ program: String, _ arguments: [String], in folder: URL) throws {
        let process = try spawn(program, arguments, in: folder)
        var status: Int32 = 0
        guard unsafe waitpid(process, &status, 0) == process, status == 0 else {
            throw ProgramFailed(arguments: arguments)
        }
    }

    /// Starts a program without input and output.
    ///
    /// `Process` is not used: its wait for the end needs a run loop, which the thread of a test does not
    /// have.
    static func spawn(_ program: String, _ arguments: [String], in folder: URL) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // The shell closes the inherited descriptors, changes the folder and then becomes the program.
        // Otherwise a connection of another test would stay open for as long as the program runs.
        let script = """
            for file in /proc/self/fd/*; do
                number=${file##*/}
                if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi
            done
            cd "$0" && exec "$@"
            """
        let line = ["/bin/bash", "-c", script, folder.path, program] + arguments
        var words = unsafe line.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        guard unsafe posix_spawn(&process, line[0], &actions, nil, &words, nil) == 0 else {
            throw ProgramFailed(arguments: arguments)
        }
        return process
    }
}

struct ProgramFailed: Error {
    var arguments: [String]
}

/// A server program that runs for the length of a test, in the folder of a certificate set.
struct ServerProgram {
    private let process: pid_t
    let port: Int

    /// Starts the program and waits until it accepts connections.
    ///
    /// The program gets a port that was free a moment ago. If another program has taken it, the next port is
    /// tried.
    init(_ program: String, in folder: URL, arguments: (Int) -> [String]) async throws {
        for _ in 0..<5 {
            let port = try FreePort.find()
            let process = try Programs.spawn(program, arguments(port), in: folder)
            for _ in 0..<500 {
                guard waitpid(process, nil, WNOHANG) == 0 else { break }
                if FreePort.isTaken(port), waitpid(process, nil, WNOHANG) == 0 {
                    (self.process, self.port) = (process, port)
                    return
                }
                try? await Task.sleep(for: .milliseconds(10))
            }
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        throw ProgramFailed(arguments: arguments(0))
    }

    func stop() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }
}

/// A port for a program that cannot choose one by itself.
private enum FreePort {
    static func find() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw ProgramFailed(arguments: ["bind"]) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func isTaken(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port: port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, size) == 0
            }
        }
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(clamping: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// A certificate authority and the certificates that it signed, in a folder of its own.
struct Certificates {
    let folder: URL
    var authority: String { folder.appending(path: "ca.pem").path }

    /// The set for all tests of the process; nil if openssl is not installed or fails.
    static let shared: Certificates? = {
        let certificates = try? Certificates()
        atexit { if let shared { try? FileManager.default.removeItem(at: shared.folder) } }
        return certificates
    }()

    private init() throws {
        guard let openssl = Programs.openssl else { throw ProgramFailed(arguments: []) }
        folder = FileManager.default.temporaryDirectory.appending(path: "upstream-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try Programs.run(
            openssl,
            ["req", "-x509"] + key + [
                "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority", "-days", "2",
            ],
            in: folder
        )
        for (name, host, days) in [
            ("good", "IP:127.0.0.1", "2"), ("other", "DNS:elsewhere.test", "2"),
            ("expired", "IP:127.0.0.1", "-1"),
        ] {
            try Programs.run(
                openssl,
                ["req"] + key + [
                    "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)", "-addext",
                    "subjectAltName=\(host)",
                ],
                in: folder
            )
            try Programs.run(
                openssl,
                [
                    "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial", "-days", days,
                    "-copy_extensions", "copy", "-out", "\(name).pem",
                ],
                in: folder
            )
        }
        let responses = [
            "good": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            "pretends": "HTTP/2 200 \r\ncontent-length: 2\r\n\r\nhi",
            "endless": "HTTP/2 200 \r\n\r\nhi",
            "cut": "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        ]
        for (name, response) in responses { try Data(response.utf8).write(to: folder.appending(path: name)) }
    }
}

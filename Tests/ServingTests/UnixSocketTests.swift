import Foundation
import Serving
import TestSupport
import Testing

/// The file of a Unix socket: taken from no living process, and removed by its owner alone.
@Suite(.timeLimit(.minutes(1)))
struct UnixSocketTests {
    private let path = FileManager.default.temporaryDirectory.appending(
        path: "socket-\(getpid())-\(Int.random(in: 0..<1_000_000_000))"
    ).path

    @Test func aSocketThatAProcessServesIsNotTaken() async throws {
        try await withLoops { loops in
            let first = try await start(loops)
            await #expect(throws: ServingError.self) { try await start(loops) }
            do {
                _ = try await start(loops)
            } catch ServingError.cannotBind(let address, let reason) {
                #expect(address == "unix:\(path)")
                #expect(reason == "another process serves this socket")
            }
            #expect(try await isServed())
            await first.drain(timeout: .seconds(1))
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func theSocketOfAProcessThatWasKilledIsReplaced() async throws {
        try leaveStaleSocket()
        try await withLoops { loops in
            let server = try await start(loops)
            #expect(try await isServed())
            await server.drain(timeout: .seconds(1))
        }
    }

    @Test func aFileThatIsNotASocketStays() async throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        try await withLoops { loops in
            await #expect {
                try await start(loops)
            } throws: { error in
                "\(error)".contains("the file there is not a socket and stays")
            }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text == "precious")
        }
    }

    @Test func aLinkToASocketStays() async throws {
        let target = path + ".target"
        defer { try? FileManager.default.removeItem(atPath: target) }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        try await withLoops { loops in
            await #expect(throws: ServingError.self) { try await start(loops) }
            let destination = try FileManager.default.destinationOfSymbolicLink(atPath: path)
            #expect(destination == target)
        }
    }

    @Test func aServerLeavesTheSocketThatHasTakenThePlaceOfItsOwn() async throws {
        try await withLoops { loops in
            let first = try await start(loops)
            try FileManager.default.removeItem(atPath: path)
            let second = try await start(loops)
            await first.drain(timeout: .seconds(1))
            #expect(try await isServed(), "the second server lost its socket")
            await second.drain(timeout: .seconds(1))
            // The first one drains again when its service ends.
            let third = try await start(loops)
            await first.drain(timeout: .zero)
            await second.drain(timeout: .zero)
            #expect(try await isServed(), "a late drain removed the socket of the third")
            await third.drain(timeout: .seconds(1))
        }
    }

    @Test func startsAtTheSameTimeGiveOneServer() async throws {
        try leaveStaleSocket()
        try await withLoops { loops in
            let servers = await withTaskGroup(of: HTTPServer?.self) { group in
                for _ in 0..<8 { group.addTask { try? await start(loops) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let count = servers.count { $0 != nil }
            #expect(count == 1)
            let isServed = try await isServed()
            #expect(isServed)
            for server in servers { await server?.drain(timeout: .seconds(1)) }
        }
    }

    private static let modes: [(mode: String?, group: String?, bits: Int)] = [
        ("0600", nil, 0o600), ("0666", nil, 0o666), (nil, "0", 0o660), ("640", "0", 0o640),
    ]

    @Test(arguments: modes)
    func theSocketHasItsMode(mode: String?, group: String?, bits: Int) async throws {
        let permissions = SocketPermissions(mode: mode.flatMap(SocketMode.init(parsing:)), group: group)
        guard group == nil || getuid() == 0 else { return }
        try await withLoops { loops in
            let server = try await start(loops, permissions)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == bits)
            if group != nil { #expect(attributes[.groupOwnerAccountID] as? Int == 0) }
            await server.drain(timeout: .seconds(1))
        }
    }

    @Test func aGroupThatIsNoneLeavesNoSocket() async throws {
        try await withLoops { loops in
            await #expect(throws: ServingError.self) {
                try await start(loops, SocketPermissions(group: "no-such-group"))
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: [("0660", "0660"), ("660", "0660"), ("0007", "0007"), ("000", "0000"), ("0777", "0777")])
    func aModeIsThreeOctalDigits(text: String, shown: String) {
        #expect(SocketMode(parsing: text)?.description == shown)
    }

    @Test(arguments: ["", "0", "60", "0o660", "1777", "0888", "00660", "+660", "6 0", "-rw", "٦٦٠"])
    func nothingElseIsAMode(text: String) { #expect(SocketMode(parsing: text) == nil) }

    private func start(
        _ loops: EventLoops,
        _ permissions: SocketPermissions = SocketPermissions()
    ) async throws -> HTTPServer {
        var configuration = ServerConfiguration(address: .unix(path: path), loops: loops)
        configuration.permissions = permissions
        return try await HTTPServer.start(
            configuration,
            responder: TestResponder { _, _ in .now(.text("served")) }
        )
    }

    private func withLoops(_ body: (EventLoops) async throws -> Void) async throws {
        let loops = EventLoops(workers: 1)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(loops))
        } catch {
            result = .failure(error)
        }
        await loops.shutdown()
        try result.get()
    }

    private func isServed() async throws -> Bool {
        let path = path
        return try await offPool {
            let connection = try RawConnection(unixPath: path)
            return try connection.roundTrip("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").map(
                \.text
            )
        } == ["served"]
    }

    /// Leaves the file of a socket that nobody serves, as a killed process does.
    private func leaveStaleSocket() throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try #require(status == 0 && FileManager.default.fileExists(atPath: path))
    }
}

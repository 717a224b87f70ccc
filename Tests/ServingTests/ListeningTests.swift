import Foundation
import Messages
import Serving
import TestSupport
import Testing

/// The start of a server on an address, and its end.
@Suite(.timeLimit(.minutes(1)))
struct ListeningTests {
    private static let good = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    @Test func anAddressThatIsTakenIsReported() async throws {
        try await withServer(TestResponder()) { server in
            let loops = EventLoops(workers: 1)
            let taken = ListenAddress.tcp(host: "127.0.0.1", port: server.boundPort)
            do {
                _ = try await HTTPServer.start(
                    ServerConfiguration(address: taken, loops: loops),
                    responder: TestResponder()
                )
                Issue.record("bound twice")
            } catch ServingError.cannotBind(let address, let reason) {
                #expect(address == taken.description)
                #expect(reason == "address already in use")
            }
            await loops.shutdown()
        }
    }

    @Test func theAddressOfACallerOfAUnixSocketIsItsPath() async throws {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "serving-\(getpid())-\(Int.random(in: 0..<1_000_000))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let loops = EventLoops(workers: 1)
        let responder = TestResponder { _, caller in .now(.text(caller.address)) }
        for _ in 0..<2 {
            let server = try await HTTPServer.start(
                ServerConfiguration(address: .unix(path: path), loops: loops),
                responder: responder
            )
            let responses = try await offPool {
                let connection = try RawConnection(unixPath: path)
                return try connection.roundTrip(Self.good)
            }
            #expect(responses.map(\.text) == [path])
            await server.drain(timeout: .seconds(5))
        }
        await loops.shutdown()
    }

    /// Runs in a process of its own, since the limit of descriptors is one for the whole process.
    @Test func aServerOutOfDescriptorsWaitsWithoutSpinningAndRecovers() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 96, rlim_max: 96)
            #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            try await withServer(TestResponder()) { server in
                let port = server.boundPort
                let (cpu, responses) = try await offPool {
                    var open: [RawConnection] = []
                    while let connection = try? RawConnection(port: port) { open.append(connection) }
                    let before = clock()
                    usleep(500_000)
                    let cpu = Double(clock() - before) / Double(CLOCKS_PER_SEC)
                    open.removeAll()
                    return (cpu, try RawConnection(port: port).roundTrip(Self.good, within: .seconds(1)))
                }
                #expect(cpu < 0.1)
                #expect(responses.map(\.status) == [200])
            }
        }
    }
}

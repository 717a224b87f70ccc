import Glibc
import Testing

@testable import Serving

@Suite struct ActivationSocketsTests {
    @Test(arguments: [
        [:], ["LISTEN_FDS": "1"], ["LISTEN_PID": "8", "LISTEN_FDS": "1"], ["LISTEN_PID": "7"],
        ["LISTEN_PID": "7", "LISTEN_FDS": "0"],
    ])
    func socketsForNobodyHereAreNotTaken(environment: [String: String]) throws {
        #expect(try ActivationSockets(environment: environment, processID: 7) == ActivationSockets())
    }

    @Test(arguments: ["-1", "3", "one", "", "99999999999999999999"])
    func aCountThatFitsNoListenersIsRefused(count: String) {
        #expect(throws: ActivationError.badCount(count)) {
            try ActivationSockets(environment: ["LISTEN_PID": "7", "LISTEN_FDS": count], processID: 7)
        }
    }

    @Test func onlyAListeningStreamSocketIsTaken() throws {
        for (kind, listens) in [(SOCK_STREAM, true), (SOCK_STREAM, false), (SOCK_DGRAM, false)] {
            let descriptor = socket(AF_INET6, CInt(kind.rawValue), 0)
            defer { close(descriptor) }
            if listens { #expect(listen(descriptor, 1) == 0) }
            let taken = try? InheritedSocket(descriptor: descriptor)
            #expect((taken != nil) == listens)
            if case .tcp(let host, let port)? = taken?.address {
                #expect(host == "::")
                #expect(port > 0)
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            }
        }
        #expect(throws: ActivationError.notListening(999)) { try InheritedSocket(descriptor: 999) }
    }
}

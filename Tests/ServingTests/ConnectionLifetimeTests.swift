import Messages
import Serving
import TestSupport
import Testing

/// The bounds on the requests and the age of a connection.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionLifetimeTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    /// A GET that takes the regular path.
    private static let regular = "GET / HTTP/1.1\r\nHost: h\r\nAccept-Charset: a\r\n\r\n"

    /// Both paths count, and the last response says that it is the last one.
    @Test(arguments: [get, regular], [false, true])
    func aConnectionEndsAfterItsRequests(request: String, together: Bool) async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 5
        try await withServer(HopResponder(hasFastPath: true), limits: limits) { server in
            let port = server.boundPort
            let (responses, end) = try await offPool {
                let connection = try RawConnection(port: port)
                var bytes: [UInt8] = []
                if together { try connection.send(String(repeating: request, count: 8)) }
                for _ in 0..<(together ? 0 : 5) {
                    try connection.send(request)
                    bytes += connection.read(responses: 1).bytes
                }
                let rest = connection.read()
                return (RawResponse.parse(bytes + rest.bytes), rest.end)
            }
            #expect(responses.map { $0["connection"] } == [nil, nil, nil, nil, "close"])
            #expect(end == .closed)
        }
    }

    @Test(arguments: [get, regular])
    func anOldConnectionEndsWithItsNextResponse(request: String) async throws {
        var timeouts = ServerTimeouts()
        timeouts.age = .milliseconds(300)
        try await withServer(HopResponder(hasFastPath: true), timeouts: timeouts) { server in
            let port = server.boundPort
            let fields = try await offPool { () -> [String?] in
                let connection = try RawConnection(port: port)
                let first = try connection.roundTrip(request).first?["connection"]
                // The age ends it at a request: an idle connection stays, since a request may be on its way.
                let silence = connection.read(within: .milliseconds(500)).end
                #expect(silence == .deadline)
                return [first, try connection.roundTrip(request).first?["connection"]]
            }
            #expect(fields == [nil, "close"])
        }
    }

    /// Connections of one moment do not end together.
    @Test func theBoundsDiffer() async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 100
        try await withServer(HopResponder(hasFastPath: true), limits: limits) { server in
            let port = server.boundPort
            let counts = try await offPool {
                try (0..<20).map { _ in
                    let connection = try RawConnection(port: port)
                    try connection.send(String(repeating: Self.get, count: 120))
                    return RawResponse.parse(connection.read().bytes).count
                }
            }
            #expect(counts.allSatisfy { (90...100).contains($0) })
            #expect(Set(counts).count > 1)
        }
    }
}

import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// The published hostile requests over sockets.
///
/// The server must not hang or crash, and no refused request may reach the responder.
@Suite(
    .enabled(if: Corpora.available, "the published test data is not beside the project"),
    .timeLimit(.minutes(2))
)
struct HostileConnectionTests {
    /// The way in which a request is sent.
    enum Sending: Sendable, CaseIterable {
        case whole
        case bytes
        case pairs
        case behindAGoodOne
    }

    private static let good = [UInt8]("GET /good HTTP/1.1\r\nHost: h\r\n\r\n".utf8)

    private var timeouts: ServerTimeouts {
        var timeouts = ServerTimeouts()
        timeouts.head = .milliseconds(400)
        timeouts.body = .milliseconds(400)
        timeouts.silent = .milliseconds(400)
        timeouts.idle = .milliseconds(400)
        return timeouts
    }

    /// Sends all bytes and reads to the end, which must come.
    ///
    /// - Returns: The number of accepted requests, and the status of the last response, if there was one.
    private static func converse(
        _ port: Int,
        _ bytes: [UInt8],
        pieces: Int?
    ) throws -> (accepted: Int, last: Int?) {
        let connection = try RawConnection(port: port)
        // A server that has refused may hang up while the rest is being sent.
        try? connection.send(bytes, pieces: pieces)
        let (received, end) = connection.read(within: .seconds(10))
        #expect(end != .deadline, "left open")
        let statuses = RawResponse.parse(received).filter(\.isFinal).map(\.status)
        return (statuses.count { $0 < 400 }, statuses.last)
    }

    @Test(arguments: Sending.allCases)
    func requestsThatHAProxyAndNginxRefuseAreRefusedOverASocket(sending: Sending) async throws {
        let base = try CorpusCase.load().filter { $0.bothRefuse || $0.isLenient }
        let cases = (base + base.compactMap(\.withHost)).filter { sending == .whole || $0.bytes.count < 3000 }
        let responder = TestResponder()
        try await withServer(responder, timeouts: timeouts) { server in
            let port = server.boundPort
            try await inParallel(cases) { probe in
                let isBehind = sending == .behindAGoodOne
                let bytes = (isBehind ? Self.good : []) + probe.bytes
                let pieces: Int? = sending == .bytes ? 1 : sending == .pairs ? 2 : nil
                let (accepted, last) = try Self.converse(port, bytes, pieces: pieces)
                let expected = FramingTrace(probe.bytes).requests.count + (isBehind ? 1 : 0)
                #expect(accepted <= expected, "\(probe)")
                #expect(accepted <= probe.mostAccepted + (isBehind ? 1 : 0) || probe.isLenient, "\(probe)")
                #expect((last ?? 999) >= 400 || accepted == expected, "\(probe) ended with \(last ?? 0)")
            }
            #expect(responder.requests.count <= cases.count * 3)
        }
    }

    @Test func noMutationOfTransferEncodingSmugglesARequestOverASocket() async throws {
        let probes = try SmugglingProbe.load().filter { !$0.isOtherField }
        let responder = TestResponder()
        try await withServer(responder, timeouts: timeouts) { server in
            let port = server.boundPort
            try await inParallel(probes) { probe in
                let (accepted, last) = try Self.converse(port, probe.bytes, pieces: nil)
                #expect(accepted <= 1, "\(probe)")
                #expect((last ?? 999) >= 400 || accepted == 1, "\(probe)")
            }
            #expect(responder.requests.allSatisfy { $0.head.path == "/outer" })
            #expect(responder.requests.count <= probes.count)
            #expect(
                server.statistics().refused.values.reduce(0, +) >= probes.count - responder.requests.count
            )
        }
    }
}

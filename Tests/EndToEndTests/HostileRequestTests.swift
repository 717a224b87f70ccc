import CognitoSync
import Emulator
import Gateway
import GatewayConfiguration
import TestSupport
import Testing

/// The published hostile requests through the whole gateway: refused requests never reach upstream.
@Suite(
    .serialized,
    .enabled(if: Corpora.available, "the published test data is not beside the project"),
    .timeLimit(.minutes(2))
)
struct HostileRequestTests {
    /// The way in which a request is sent.
    enum Sending: Sendable, CaseIterable {
        case whole
        case bytes
        case behindAGoodOne
    }

    private static let good = [UInt8](Demo.get(Demo.dataset() + "/records").utf8)

    /// Shortens the timeouts.
    private static func impatient(_ configuration: inout Configuration) {
        configuration.timeouts.head = .milliseconds(400)
        configuration.timeouts.body = .milliseconds(400)
        configuration.timeouts.silent = .milliseconds(400)
        configuration.timeouts.idle = .milliseconds(400)
        // A cached page serves every good request, so upstream sees only requests that had to be refused.
        configuration.cache.fresh = .seconds(3600)
    }

    /// Sends all bytes and reads to the end, which must come; returns the final responses.
    private static func converse(_ port: Int, _ bytes: [UInt8], pieces: Int? = nil) throws -> [RawResponse] {
        let connection = try RawConnection(port: port)
        // A gateway that has refused may hang up while the rest is being sent.
        try? connection.send(bytes, pieces: pieces)
        let (received, end) = connection.read(within: .seconds(10))
        #expect(end != .deadline, "left open")
        return RawResponse.parse(received).filter(\.isFinal)
    }

    @Test(arguments: Sending.allCases)
    func requestsThatHAProxyAndNginxRefuseNeverReachUpstream(sending: Sending) async throws {
        let base = try CorpusCase.load().filter { $0.bothRefuse || $0.isLenient }
        let cases = (base + base.compactMap(\.withHost)).filter { sending == .whole || $0.bytes.count < 3000 }
        #expect(cases.count > 150)
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint, configured: Self.impatient) { gateway in
                let port = gateway.port
                #expect(try await gateway.get(Demo.dataset() + "/records")?.status == 200)
                try await inParallel(cases) { probe in
                    let isBehind = sending == .behindAGoodOne
                    let bytes = (isBehind ? Self.good : []) + probe.bytes
                    let responses = try Self.converse(port, bytes, pieces: sending == .bytes ? 1 : nil)
                    #expect(responses.count { $0.status < 400 } == (isBehind ? 1 : 0), "\(probe)")
                    #expect(responses.dropFirst(isBehind ? 1 : 0).allSatisfy { $0.isOwn }, "\(probe)")
                    #expect(
                        !isBehind || responses.first?.cacheStatus.hasPrefix("syncgate; hit") == true,
                        "\(probe)"
                    )
                }
                #expect(emulator.statistics.requests == 1)
                #expect(try await gateway.get(Demo.dataset())?.status == 200, "alive")
                #expect(emulator.statistics.requests == 2)
            }
        }
    }

    @Test func noMutationOfTransferEncodingReachesUpstreamTwice() async throws {
        let target = Demo.dataset("outer")
        let probes = try SmugglingProbe.load(
            outer: "POST \(target) HTTP/1.1",
            payload: #"{"SyncSessionToken":"t"}"#,
            smuggled: Demo.get(Demo.dataset())
        ).filter { !$0.isOtherField && $0.contentLength > 0 && !$0.description.hasSuffix("length last") }
        #expect(probes.count > 3300)
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint, configured: Self.impatient) { gateway in
                let port = gateway.port
                let control =
                    "POST \(target) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "18\r\n{\"SyncSessionToken\":\"t\"}\r\n0\r\n\r\n" + Demo.get(Demo.dataset())
                let forwarded = try await offPool { try Self.converse(port, [UInt8](control.utf8)) }
                #expect(
                    forwarded.map(\.isOwn) == [false, false],
                    "both halves of a probe would be forwarded"
                )
                #expect(emulator.statistics.count(of: .updateRecords) == 1)
                #expect(emulator.statistics.count(of: .describeDataset) == 1)
                try await inParallel(probes) { probe in
                    let responses = try Self.converse(port, probe.bytes)
                    #expect(responses.count { !$0.isOwn } <= 1, "\(probe)")
                    #expect(responses.last?.isOwn != false || responses.count == 1, "\(probe)")
                }
                #expect(emulator.statistics.count(of: .describeDataset) == 1, "a smuggled request arrived")
                #expect(try await gateway.get(Demo.dataset())?.status == 200, "alive")
            }
        }
    }
}

import CognitoSync
import CredentialSources
import Logging
import Policy
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Gateway

/// The lines, the counters and the memory of upstream failures.
@Suite(.timeLimit(.minutes(1))) struct FailureLogTests {
    private let clock = ManualClock()
    private let metrics = Metrics()
    private let lines = LoggedLines()

    private func log(period: Duration = .seconds(60)) -> FailureLog {
        FailureLog(
            metrics: metrics,
            logger: Logger(label: "test") { _ in CollectingHandler(lines: lines) },
            clock: clock.gatewayClock,
            period: period,
            credentialsPeriod: period
        )
    }

    @Test func aClassIsToldOnceAndThenByItsNumber() async throws {
        let log = log(period: .milliseconds(300))
        for number in 0..<18 {
            log.record(UpstreamFailure(.dns, of: .listRecords, detail: "\(number)"))
        }
        log.record(UpstreamFailure(.tls, of: .listRecords))
        #expect(lines.all.map(\.message) == ["upstream request failed", "upstream request failed"])
        try await eventually("the number", within: .seconds(20)) { lines.all.count == 3 }
        let last = try #require(lines.all.last)
        #expect(last.message.hasPrefix("upstream request failed: 17 more in "))
        #expect(last.metadata["detail"] == "17" && last.metadata["reason"] == "dns")
        let text = metrics.exposition()
        #expect(text.contains("syncgate_upstream_failures_total{reason=\"dns\"} 18\n"))
        #expect(text.contains("syncgate_upstream_failures_total{reason=\"tls\"} 1\n"))
    }

    @Test func theLastTenAreRememberedAndEqualOnesInARowAreOne() {
        let log = log()
        log.record(UpstreamFailure(.dns, of: .listRecords))
        for _ in 0..<100 { log.record(UpstreamFailure(.circuit, of: .listRecords)) }
        #expect(log.recent.map(\.failure.reason) == [.circuit, .dns])
        #expect(log.recent.map(\.count) == [100, 1])
        #expect(log.cause == "dns")
        for reason in FailureReason.allCases { log.record(UpstreamFailure(reason, of: .listRecords)) }
        #expect(log.recent.count == 10)
        #expect(log.recent.first?.failure.reason == .malformed)
    }

    @Test func aFailedLoadIsLabelledWithTheSourceThatFailed() {
        let log = log()
        let status = CredentialsStatus(
            metrics: metrics,
            logger: Logger(label: "test") { _ in CollectingHandler(lines: lines) },
            failures: log
        )
        status.record(.refreshed(.environment, keyTail: "MPLE", expiration: 1_440_938_160))
        status.record(.failed(CredentialsError(.profile, "gone"), isExpired: false))
        status.record(.failed(CredentialsError(.profile, "gone"), isExpired: false))
        status.record(.failed(CredentialsError(nil, "late"), isExpired: false))
        #expect(status.problem == "late")
        let text = metrics.exposition()
        #expect(
            text.contains("syncgate_credentials_refreshes_total{source=\"profile\",result=\"failure\"} 2\n")
        )
        #expect(
            text.contains("syncgate_credentials_refreshes_total{source=\"search\",result=\"failure\"} 1\n")
        )
        #expect(lines.all.map(\.message) == ["credentials loaded", "credentials not loaded"])
        #expect(lines.all.first?.metadata["key"] == "…MPLE")
        #expect(lines.all.first?.metadata["end"] == "2015-08-30T12:36:00.000Z")
        #expect(lines.all.last?.metadata["source"] == "profile")
    }
}

/// The events that a logger got.
private final class LoggedLines: Sendable {
    private let lines = Mutex<[(message: String, metadata: [String: String])]>([])

    var all: [(message: String, metadata: [String: String])] { lines.withLock { $0 } }

    func append(_ message: String, _ metadata: [String: String]) {
        lines.withLock { $0.append((message, metadata)) }
    }
}

private struct CollectingHandler: LogHandler {
    let lines: LoggedLines
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.append("\(event.message)", (event.metadata ?? [:]).mapValues { "\($0)" })
    }
}

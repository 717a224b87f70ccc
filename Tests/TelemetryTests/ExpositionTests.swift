import CognitoSync
import CredentialSources
import Policy
import Serving
import Testing

@testable import Telemetry

@Suite struct ExpositionTests {
    private static var counts: MetricCounts {
        var counts = MetricCounts()
        let hit = RequestTally(
            operation: .listRecords,
            status: 200,
            cache: .hit,
            nanoseconds: 180_000,
            bytesOut: 2048,
            throttle: ThrottleFacts(caller: .admitted)
        )
        let refusal = RequestTally(
            operation: nil,
            status: 418,
            cache: .none,
            nanoseconds: 11_000_000_000,
            bytesOut: 70,
            throttle: ThrottleFacts(caller: .refused)
        )
        let write = RequestTally(
            operation: .updateRecords,
            status: 200,
            cache: .pass,
            nanoseconds: 20_000_000,
            bytesOut: 512,
            throttle: ThrottleFacts(caller: .admitted, identity: .admitted, upstream: .admitted)
        )
        for request in [hit, refusal, write] { counts.record(request) }
        counts.recordUpstream(.updateRecords, .answered(status: 200), nanoseconds: 19_000_000)
        counts.recordUpstream(.updateRecords, .timedOut, nanoseconds: 5_000_000_000)
        let events: [MetricEvent] = [
            .refused(.inFlight), .revalidated(.changed), .retried(.timeout), .upstreamThrottled,
            .credentialsRefreshed(source: .profile, succeeded: true),
            .credentialsRefreshed(source: .webIdentity, succeeded: false), .reloaded(succeeded: true),
            .sessionToken(.fetched), .writeOutcome(.notApplied), .upstreamFailed(.tls),
        ]
        for event in events { counts.count(event) }
        return counts
    }

    private static var gauges: Gauges {
        var gauges = Gauges()
        gauges.requestsInFlight = 3
        (gauges.connectionsActive, gauges.connectionsIdle) = (4, 5)
        gauges.refused = [.tooSlow: 6, .malformed: 7]
        (gauges.cacheEntries, gauges.cacheBytes, gauges.cacheLimitBytes) = (8, 9 << 20, 256 << 20)
        (gauges.cacheEvictions, gauges.cacheFencedFills) = (10, 11)
        gauges.cacheInvalidations = [.newer: 12]
        (gauges.upstreamConnections, gauges.upstreamConnects) = (13, 14)
        (gauges.throttleKeysCaller, gauges.throttleKeysIdentity, gauges.throttleKeysUpstream) = (15, 16, 1)
        gauges.circuit = .open
        gauges.pacing = [
            .init(operationClass: "data", rate: 2.5, waiting: 3, delayed: 4, refused: 5),
            .init(operationClass: "pool", rate: nil, waiting: 0, delayed: 0, refused: 0),
        ]
        gauges.checks = [.init("listener", isPassing: true), .init("aws", isPassing: false)]
        gauges.credentialsExpiry = 1_790_000_000
        gauges.clockSkewSeconds = -0.25
        gauges.logLinesDropped = 17
        gauges.pendingRestart = 1
        gauges.handshakes = [.completed: 3]
        gauges.callers = [
            .init(name: "profile-service", inFlight: 1, requests: [("served", 18), ("denied", 2)])
        ]
        gauges.certificateExpiries = [.listen: 1_700_000_000]
        return gauges
    }

    private static let reading = MetricReading(
        counts: counts,
        gauges: gauges,
        lastReloadSucceeded: true,
        build: BuildInformation(version: "1.2.3", revision: "abc\"\\", swift: "6.3"),
        process: ProcessStatistics(
            residentBytes: 18 << 20,
            openDescriptors: 19,
            cpuSeconds: 20.5,
            startTime: 1_789_999_999.25
        )
    )

    @Test func thePageIsTheseBytes() {
        #expect(PrometheusText(MetricFamily.all, Self.reading).text == GoldenExposition.text)
    }

    @Test(arguments: MetricFamily.all.indices)
    func everySampleHasAValueForEachLabel(index: Int) {
        let family = MetricFamily.all[index]
        let samples = family.samples(Self.reading)
        #expect(!samples.isEmpty)
        #expect(samples.allSatisfy { $0.labels.count == family.labels.count }, "\(family.name)")
    }

    @Test func namesAreUnique() {
        #expect(Set(MetricFamily.all.map(\.name)).count == MetricFamily.all.count)
    }
}

import CognitoSync
import CredentialSources
import Messages
import Policy
import Synchronization
import Telemetry
import Testing
import Upstream

@testable import Gateway

/// The charge of each attempt to a meter.
@Suite(.timeLimit(.minutes(1))) struct ForwarderChargesTests {
    private let clock = ManualClock()

    private func forward(
        as kind: UpstreamRequestKind,
        charging meter: RecordingMeter,
        credentials: any CredentialsSource = FixedCredentials(.example),
        _ script: @escaping ScriptedSender.Script
    ) async throws -> Forwarded {
        let upstream = ScriptedSender(script)
        let forwarder = Forwarder(
            sender: upstream,
            credentials: credentials,
            clock: clock.gatewayClock,
            meter: meter
        )
        let operation = try RequestDecoder.decode(.get()).operation
        let forwarded = await forwarder.forward(operation, by: forwarder.deadline(), as: kind)
        #expect(forwarded.attempts == upstream.count)
        return forwarded
    }

    @Test func anAdmittedRequestIsNotChargedAgain() async throws {
        let meter = RecordingMeter()
        _ = try await forward(as: .admitted, charging: meter) { _ in .page(1) }
        #expect(meter.charges == [])
    }

    @Test func aFollowUpIsChargedOnce() async throws {
        let meter = RecordingMeter()
        _ = try await forward(as: .followUp, charging: meter) { _ in .page(1) }
        #expect(meter.charges == [.followUp])
    }

    @Test(arguments: [UpstreamRequestKind.admitted, .followUp])
    func aRetryIsAdmittedLikeAFirstRequest(kind: UpstreamRequestKind) async throws {
        let meter = RecordingMeter()
        let forwarded = try await forward(as: kind, charging: meter) {
            $0.number == 0 ? .awsError(503, "X") : .page(1)
        }
        #expect(try forwarded.result.get().status == 200)
        #expect(meter.charges == (kind == .followUp ? [.followUp, .retry] : [.retry]))
    }

    @Test(arguments: [UpstreamRequestKind.admitted, .followUp])
    func withoutATokenForTheRetryTheFirstResponseStands(kind: UpstreamRequestKind) async throws {
        let meter = RecordingMeter(refusesRetries: true)
        let forwarded = try await forward(as: kind, charging: meter) { _ in .awsError(503, "X") }
        #expect(try forwarded.result.get().status == 503)
        #expect(forwarded.attempts == 1)
        #expect(meter.charges == (kind == .followUp ? [.followUp, .retry] : [.retry]))
    }

    @Test func theRepairOfASignatureIsChargedAndNeverRefused() async throws {
        let meter = RecordingMeter(refusesRetries: true)
        let forwarded = try await forward(as: .admitted, charging: meter, credentials: TurningCredentials()) {
            $0.number == 0 ? .awsError(403, "ExpiredTokenException") : .page(1)
        }
        #expect(try forwarded.result.get().status == 200)
        #expect(meter.charges == [.followUp])
    }

    @Test func whatNeverLeavesIsNotCharged() async throws {
        let meter = RecordingMeter()
        let upstream = ScriptedSender(ScriptedSender.failing(.cut, .sent))
        let forwarder = Forwarder(sender: upstream, clock: clock.gatewayClock, meter: meter)
        let update = try RequestDecoder.decode(.update()).operation
        for _ in 0..<30 { _ = await forwarder.forward(update, by: forwarder.deadline(), as: .followUp) }
        #expect(forwarder.circuit != .closed)
        #expect(meter.charges.count == upstream.count)
    }
}

/// A meter that records what it is asked.
private final class RecordingMeter: UpstreamMeter {
    enum Charge: Equatable { case retry, followUp }

    private let recorded = Mutex<[Charge]>([])
    private let refusesRetries: Bool

    init(refusesRetries: Bool = false) { self.refusesRetries = refusesRetries }

    var charges: [Charge] { recorded.withLock { $0 } }

    func admitRetry(of operation: Operation, now: Instant) -> ThrottleFacts {
        recorded.withLock { $0.append(.retry) }
        return ThrottleFacts(upstream: refusesRetries ? .refused : .admitted)
    }

    func chargeFollowUp(of operation: Operation, now: Instant) {
        recorded.withLock { $0.append(.followUp) }
    }
}

import CognitoSync
import Policy
import Telemetry
import Testing

@testable import Gateway

/// The pacing toward AWS of several roles and classes.
@Suite(.timeLimit(.minutes(1))) struct PacerTests {
    private let clock = ManualClock()

    @Test func aThrottlingConcernsItsRoleAndItsClassAlone() async {
        let pacer = Pacer(roles: 2, clock: clock.gatewayClock)
        pacer.responded(.listRecords, of: 1, isThrottling: true)
        let soon = Deadline(after: 200_000_000, from: clock.gatewayClock.monotonic())
        for _ in 0..<10 {
            #expect(await pacer.admit(.listRecords, of: 0, .read, by: soon) == nil)
            #expect(await pacer.admit(.listRecords, of: 2, .read, by: soon) == nil)
            #expect(await pacer.admit(.registerDevice, of: 1, .write, by: soon) == nil)
        }
        #expect(await pacer.admit(.updateRecords, of: 1, .write, by: soon) != nil)
        let data = pacer.gauges.first { $0.operationClass == "data" }
        #expect(data?.rate == 0.5 && data?.refused == 1 && data?.waiting == 0)
        #expect(pacer.gauges.first { $0.operationClass == "device" }?.rate == nil)
    }
}

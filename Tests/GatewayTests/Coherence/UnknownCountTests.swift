import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// Reads that ask for a count above that of the dataset: C-10 and C-13.
@Suite(.timeLimit(.minutes(1))) struct UnknownCountTests {
    private static func text(_ count: Int) -> String { "No such SyncCount: \(count) exists for this Dataset" }

    private func gateway(cached: Bool = true) async throws -> EmulatedGateway {
        let gateway = EmulatedGateway()
        try gateway.writeOutside(["a": "1"], ["b": "2"])
        if cached { _ = await gateway.read() }
        return gateway
    }

    private func expectRefusal(_ response: Response, of count: Int) {
        #expect(response.status == 400)
        #expect(response["x-amzn-ErrorType"] == "InvalidParameterException")
        #expect(response.content.contains(Self.text(count)), "\(response.content)")
    }

    /// Safeguard: the state stays, and the refusal of upstream is that of the caller.
    @Test func aReadAboveTheCountCostsTwoRequestsAtMost() async throws {
        let gateway = try await gateway()
        let before = gateway.calls
        for count in 1...10 {
            expectRefusal(await gateway.read("?lastSyncCount=\(count * 100)"), of: count * 100)
            #expect(await gateway.read().isHit, "the next reader pays nothing")
        }
        #expect(gateway.calls - before <= 20)
    }

    /// Safeguard: a count one below the last that was refused is refused from the table.
    @Test(arguments: [true, false])
    func aCallerThatStepsDownCostsThreeRequests(isCached: Bool) async throws {
        let gateway = try await gateway(cached: isCached)
        let before = gateway.calls
        var statuses: Set<String> = []
        for count in (3...5002).reversed() {
            let response = await gateway.read("?lastSyncCount=\(count)")
            guard response.status == 400, response.content.contains(Self.text(count)) else {
                expectRefusal(response, of: count)
                return
            }
            if count < 5000 { statuses.insert(response["Cache-Status"] ?? "") }
        }
        #expect(statuses.count == 1 && statuses.allSatisfy { $0.hasPrefix("syncgate; hit; ") }, "\(statuses)")
        #expect(await gateway.read("?lastSyncCount=2").status == 200)
        #expect(gateway.calls - before <= 3)
    }

    /// A device may be ahead rightly: any other count is asked upstream.
    @Test func aCountThatDoesNotStepDownIsAskedUpstream() async throws {
        let gateway = try await gateway()
        expectRefusal(await gateway.read("?lastSyncCount=5"), of: 5)
        for values in [["c": "3"], ["d": "4"]] { try gateway.writeOutside(values) }
        let ahead = await gateway.read("?lastSyncCount=3")
        #expect(ahead.status == 200 && ahead.values == ["d": "4"])
        expectRefusal(await gateway.read("?lastSyncCount=7"), of: 7)
        expectRefusal(await gateway.read("?lastSyncCount=5"), of: 5)
        #expect(gateway.harness.upstream.requests.last?.lastSyncCount == 5)
    }

    /// Of a state that is past `fresh`, upstream is asked.
    @Test func aRefusalNeedsAFreshState() async throws {
        let gateway = try await gateway()
        expectRefusal(await gateway.read("?lastSyncCount=4"), of: 4)
        try gateway.writeOutside(["c": "3"])
        gateway.harness.clock.advance(by: .seconds(5))
        let response = await gateway.read("?lastSyncCount=3")
        #expect(response.status == 200 && response.syncCount == 3)
    }

    @Test func theCallerMayAskForTheRefusalOfUpstream() async throws {
        let gateway = try await gateway()
        expectRefusal(await gateway.read("?lastSyncCount=4"), of: 4)
        try gateway.writeOutside(["c": "3"])
        let response = await gateway.read("?lastSyncCount=3", noCache: true)
        #expect(response.status == 200 && response.syncCount == 3)
    }
}

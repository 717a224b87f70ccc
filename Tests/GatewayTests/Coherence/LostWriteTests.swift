import CognitoSync
import Emulator
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// Writes whose response is lost while others change the dataset: C-2, C-8, C-10 and C-12.
@Suite(.timeLimit(.minutes(1))) struct LostWriteTests {
    /// Returns a gateway whose next write is lost, before or after the emulator applies it.
    ///
    /// `meanwhile` happens while the write is on its way.
    private func gateway(
        losing moment: String,
        rules: (inout ServiceRules) -> Void = { _ in },
        meanwhile: @escaping @Sendable (OutsideCaller) throws -> Void = { _ in }
    ) throws -> EmulatedGateway {
        let gateway = EmulatedGateway(rules: rules)
        gateway.emulator.addFault(try Fault(parsing: "drop=\(moment),operation=UpdateRecords,times=1"))
        let others = OutsideCaller(gateway)
        gateway.forward { received in
            guard received.method == .post else { return }
            #expect(throws: Never.self) { try meanwhile(others) }
        }
        return gateway
    }

    private static func restart(_ rules: inout ServiceRules) { rules.counterAfterDelete = .restarts }

    private func expectUnknown(_ response: Response) {
        #expect(response.status == 504)
        #expect(response.content.contains("the outcome is unknown"), "\(response.content)")
    }

    /// Safeguard: the inquiry asks from below K, and another incarnation at K is not the one before.
    @Test func aWriteThatWasAppliedInARemadeDatasetIsASuccess() async throws {
        let gateway = try gateway(losing: "after", rules: Self.restart) { try $0.remakeOutside() }
        try gateway.writeOutside(["a": "old"])
        _ = await gateway.read()
        let response = await gateway.write(EmulatedPatch("k", "mine", at: 0))
        #expect(response.status == 200, "\(response.content)")
        #expect(response.values == ["k": "mine"])
        #expect(await gateway.read().values == ["k": "mine"])
    }

    /// Safeguard: 'not applied' needs the incarnation that had the count.
    @Test(arguments: ["before", "after"])
    func aRemadeDatasetAtTheOldCountDoesNotMeanNotApplied(moment: String) async throws {
        let gateway = try gateway(losing: moment, rules: Self.restart) {
            try $0.remakeOutside(["a": "new"], ["b": "new"])
        }
        // Applied, the write is the third change of the new dataset.
        let before =
            moment == "before" ? [["a": "old"], ["b": "old"]] : [["a": "old"], ["b": "old"], ["c": "old"]]
        for values in before { try gateway.writeOutside(values) }
        _ = await gateway.read()
        let response = await gateway.write(EmulatedPatch("k", "mine", at: 0))
        if moment == "before" { expectUnknown(response) } else { #expect(response.status == 200) }
        #expect(await gateway.read().values?["b"] == "new")
    }

    /// Safeguard: K is that of the page that brought the token, and what stands at K was there before.
    @Test(arguments: [0, 2]) func theSameValueOfAnotherAtTheKnownCountProvesNothing(age: Int) async throws {
        let gateway = try gateway(losing: "before")
        try gateway.writeOutside(["a": "1"], ["k": "mine"])
        gateway.harness.clock.advance(by: .seconds(age))
        let response = await gateway.write(EmulatedPatch("k", "mine", at: 0))
        #expect(response.status != 200, "the write never reached the service: \(response.content)")
        #expect(gateway.harness.metric(#"syncgate_write_outcomes_total{outcome="applied"}"#) == 0)
    }

    /// Safeguard: without a page and a snapshot K is not known, and there is no inquiry.
    @Test func withoutAKnownCountTheSameValueOfAnotherProvesNothing() async throws {
        let gateway = try gateway(losing: "before")
        try gateway.writeOutside(["a": "1"], ["k": "mine"])
        let token = try gateway.outside { store, now in
            try store.listRecords(ListRecords(scope: gateway.scope), at: now).sessionToken
        }
        let response = await gateway.write([EmulatedPatch("k", "mine", at: 0)], token: token)
        #expect(response.status == 502)
        #expect(gateway.calls == 1)
        #expect(gateway.harness.metric(#"syncgate_write_outcomes_total{outcome="unknown"}"#) == 1)
    }

    /// Safeguard: what was changed before the write left is not the write.
    @Test func theSameValueFromBeforeTheWriteProvesNothing() async throws {
        let gateway = try gateway(losing: "before")
        try gateway.writeOutside(["a": "1"])
        _ = await gateway.read()
        try gateway.writeOutside(["k": "mine"])
        gateway.harness.clock.advance(by: .seconds(2))
        expectUnknown(await gateway.write(EmulatedPatch("k", "mine", at: 0)))
    }

    /// Safeguard: a removal is known by LastModifiedDate; the service replaces the date of the device.
    @Test(arguments: ServiceRules.DeviceDates.allCases)
    func aLostRemovalIsRecognised(dates: ServiceRules.DeviceDates) async throws {
        let gateway = try gateway(losing: "after", rules: { $0.deviceDates = dates })
        try gateway.writeOutside(["a": "1"], ["k": "v"])
        _ = await gateway.read()
        let response = await gateway.write(EmulatedPatch("k", nil, at: 2))
        #expect(response.status == 200, "\(response.content)")
        #expect(response.content.contains(#""Key":"k""#) && response.values == [:])
        #expect(gateway.harness.metric(#"syncgate_write_outcomes_total{outcome="applied"}"#) == 1)
        #expect(await gateway.read().values == ["a": "1"])
    }

    /// A removal by another caller, from before the write, is not the lost one.
    @Test func theRemovalByAnotherCallerIsNotTheLostOne() async throws {
        let gateway = try gateway(losing: "before")
        try gateway.writeOutside(["a": "1"], ["k": "v"])
        _ = await gateway.read()
        _ = try gateway.outside {
            try $0.write(gateway.scope, [Patch(key: "k", value: nil, syncCount: nil)], at: $1)
        }
        gateway.harness.clock.advance(by: .seconds(2))
        expectUnknown(await gateway.write(EmulatedPatch("k", nil, at: 2)))
    }

    /// Safeguard: what the inquiry saw is cached, so that the next read costs nothing: C-10.
    @Test(arguments: ["before", "after"])
    func theNextReadIsServedFromTheInquiry(moment: String) async throws {
        let gateway = try gateway(losing: moment)
        try gateway.writeOutside(["a": "1"], ["k": "v"])
        _ = await gateway.read()
        let response = await gateway.write(EmulatedPatch("k", "mine", at: 2))
        #expect(response.status == (moment == "after" ? 200 : 504))
        #expect(moment == "after" || response.content.contains("has not been applied"))
        let calls = gateway.calls
        let read = await gateway.read()
        #expect(read.isHit, "\(read["Cache-Status"] ?? "")")
        #expect(read.values == ["a": "1", "k": moment == "after" ? "mine" : "v"])
        #expect(gateway.calls == calls)
        // The listing, the write and the inquiry; the date of the creation too, where no known record came again.
        #expect(calls == (moment == "after" ? 4 : 3))
    }
}

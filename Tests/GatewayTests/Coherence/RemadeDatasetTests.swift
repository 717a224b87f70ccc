import CognitoSync
import Emulator
import Messages
import Policy
import Testing

@testable import Gateway

/// A dataset that somebody else deletes and makes again: C-1 and C-2 of the findings on coherence.
@Suite(.timeLimit(.minutes(1))) struct RemadeDatasetTests {
    private typealias Counter = ServiceRules.CounterAfterDelete

    private func gateway(_ counter: ServiceRules.CounterAfterDelete) -> EmulatedGateway {
        EmulatedGateway(rules: { $0.counterAfterDelete = counter })
    }

    /// Safeguard: a write at or below the count that was cached when it left invalidates.
    @Test(arguments: [false, true]) func aWriteToARemadeDatasetIsSeen(noCache: Bool) async throws {
        let gateway = gateway(.restarts)
        try gateway.writeOutside(["a": "old"])
        #expect(await gateway.read().values == ["a": "old"])
        _ = try gateway.outside { try $0.deleteDataset(gateway.scope, at: $1) }
        let written = await gateway.write(EmulatedPatch("x", "mine", at: 0))
        #expect(written.status == 200 && written.content.contains(#""SyncCount":1"#))
        #expect(await gateway.read(noCache: noCache).values == ["x": "mine"])
        #expect(await gateway.read().values == ["x": "mine"])
    }

    /// Safeguard: the look-back shows that the confirmed records are gone, with `no-cache` at once.
    @Test func aWriteToADatasetWhoseCounterGoesOnIsSeenWithoutTheOldRecords() async throws {
        let gateway = gateway(.continues)
        try gateway.writeOutside(["a": "old"])
        _ = await gateway.read()
        _ = try gateway.outside { try $0.deleteDataset(gateway.scope, at: $1) }
        #expect(await gateway.write(EmulatedPatch("x", "mine", at: 0)).status == 200)
        #expect(await gateway.read(noCache: true).values == ["x": "mine"])
        #expect(await gateway.read().values == ["x": "mine"])
    }

    @Test func theOldRecordsBesideAWriteAreGoneWithinFresh() async throws {
        let gateway = gateway(.continues)
        try gateway.writeOutside(["a": "old"])
        _ = await gateway.read()
        _ = try gateway.outside { try $0.deleteDataset(gateway.scope, at: $1) }
        #expect(await gateway.write(EmulatedPatch("x", "mine", at: 0)).status == 200)
        #expect(await gateway.read().values?["x"] == "mine")
        gateway.harness.clock.advance(by: .seconds(5))
        #expect(await gateway.read().values == ["x": "mine"])
    }

    /// Safeguard: a doubt makes the next revalidation prove the incarnation.
    @Test(arguments: Counter.allCases, [false, true])
    func aConflictIsOverAfterOneRead(counter: ServiceRules.CounterAfterDelete, noCache: Bool) async throws {
        let gateway = gateway(counter)
        try gateway.writeOutside(["a": "old"], ["b": "old"], ["c": "old"])
        _ = await gateway.read()
        try gateway.remakeOutside(["b": "new"], ["c": "new"], ["a": "new"])
        #expect(await gateway.write(EmulatedPatch("a", "mine", at: 1)).status == 409)
        try await gateway.harness.waitUntilIdle()
        let read = await gateway.read(noCache: noCache)
        #expect(read.values == ["a": "new", "b": "new", "c": "new"])
        let count = try #require(read.syncCount)
        #expect(await gateway.write(EmulatedPatch("a", "mine", at: count)).status == 200)
        #expect(await gateway.read().values == ["a": "mine", "b": "new", "c": "new"])
    }

    /// Safeguard: `no-cache` compares the records that come again, or asks for the date of the creation.
    @Test(arguments: Counter.allCases, ["new", String(repeating: "n", count: 5000)])
    func noCacheShowsTheRemadeDataset(counter: ServiceRules.CounterAfterDelete, value: String) async throws {
        let gateway = gateway(counter)
        let old = value.replacing("n", with: "o")
        try gateway.writeOutside(["a": old], ["b": old])
        #expect(await gateway.read().values == ["a": old, "b": old])
        try gateway.remakeOutside(["a": value], ["b": value])
        #expect(await gateway.read(noCache: true).values == ["a": value, "b": value])
        #expect(await gateway.read().values == ["a": value, "b": value])
    }

    /// The look-back finds it by one request, and without a doubt within `fresh`: C-16.
    @Test func aRevalidationFindsTheRemadeDatasetWithoutACheckByTheClock() async throws {
        let gateway = gateway(.restarts)
        try gateway.writeOutside(["a": "old"], ["b": "old"])
        _ = await gateway.read()
        try gateway.remakeOutside(["a": "new"], ["b": "new"])
        gateway.harness.clock.advance(by: .seconds(5))
        #expect(await gateway.read().values == ["a": "new", "b": "new"])
        #expect(!gateway.harness.upstream.requests.contains { $0.path.hasSuffix("/datasets/profile") })
    }

    /// Safeguard: a removal in a stream has no count, and a change does not end the doubt.
    @Test func aRemovalInAStreamAndAChangeAtTheSameCountShowTheNewDataset() async throws {
        let gateway = gateway(.restarts)
        try gateway.writeOutside(["a": "old"])
        _ = await gateway.read()
        try gateway.remakeOutside(["b": "new"])
        let record = #"{"Key":"b","Value":"new","SyncCount":1,"LastModifiedDate":1.440938162E9}"#
        let body = [UInt8](#"{"Records":[\#(record)]}"#.utf8)
        let records = try UpdateRecordsResponse.scan(body).records
        let cache = gateway.harness.recordsCache
        let changes: [StreamChange] = [
            StreamChange(scope: gateway.scope, syncCount: nil, content: .unavailable),
            StreamChange(scope: gateway.scope, syncCount: 1, content: .records(body: body, records: records)),
        ]
        for change in changes {
            #expect(cache.streamed(change, now: gateway.harness.clock.now) == .doubted)
        }
        #expect(await gateway.read().values == ["b": "new"])
    }
}

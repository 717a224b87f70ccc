import GatewayConfiguration
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// Listings that take many upstream requests: C-10.
@Suite(.timeLimit(.minutes(1))) struct LongListingTests {
    /// Returns a page of a listing that never ends.
    private static func endless(_ count: Int = 1, at number: Int) -> Response {
        page(count, #","NextToken":"t\#(number)""#)
    }

    private static func page(_ count: Int, _ more: String = "") -> Response {
        let record = #"{"Key":"k","Value":"v","SyncCount":\#(count),"LastModifiedDate":1.440938160607E9}"#
        return .aws(#"{"DatasetExists":true,"DatasetSyncCount":\#(count),"Records":[\#(record)]\#(more)}"#)
    }

    /// Safeguard: 'too long' is remembered for a minute.
    @Test func aListingOfTooManyPagesIsReadOnceAndThenForwarded() async {
        let harness = PipelineHarness { Self.endless(at: $0.number) }
        #expect(await harness.get().status == 200)
        let first = harness.upstream.count
        #expect(first <= 18)
        for reads in 1...5 {
            let response = await harness.get()
            #expect(response["Cache-Status"] == "syncgate; fwd=bypass")
            #expect(response.content.contains(#""NextToken":"t"#), "the page is that of upstream")
            #expect(harness.upstream.count == first + reads)
        }
        _ = await harness.get(PipelineHarness.records, ["Cache-Control": "no-cache"])
        #expect(harness.upstream.count == first + 6)
        harness.clock.advance(by: .seconds(61))
        harness.upstream.respond { _ in Self.page(2) }
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        #expect(await harness.get().isHit)
    }

    @Test func anotherDatasetIsNotAffected() async {
        let harness = PipelineHarness {
            $0.path.contains("/profile/") ? Self.endless(at: $0.number) : Self.page(1)
        }
        _ = await harness.get()
        let other = PipelineHarness.records.replacing("profile", with: "other")
        #expect(await harness.get(other)["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        #expect(await harness.get(other).isHit)
    }

    /// Safeguard: a listing is begun three times, and not four.
    @Test func aListingThatChangesIsBegunThreeTimes() async {
        let harness = PipelineHarness { received in
            received.path.contains("nextToken")
                ? Self.page(received.number + 1) : Self.endless(received.number + 1, at: received.number)
        }
        _ = await harness.get()
        let first = harness.upstream.requests.count { !$0.path.contains("nextToken") }
        // The three of the fetch; one more for the reader, since a page of a changing listing is not shared.
        #expect(first <= 4)
        #expect(harness.upstream.requests.count { $0.path.contains("nextToken") } == 3)
    }

    /// Safeguard: a snapshot is retained for paginations even where nothing is cached.
    @Test func withoutMemoryAPaginationComesToItsEndWhileOthersWrite() async throws {
        let gateway = EmulatedGateway(configured: { $0.cache.memory = 0 })
        try gateway.writeOutside(Dictionary(uniqueKeysWithValues: (1...9).map { ("k\($0)", "old") }))
        var page = await gateway.read("?maxResults=2")
        var values = page.values ?? [:]
        while let token = page.token("NextToken") {
            #expect(await gateway.write(EmulatedPatch("k9", "new", at: 100)).status == 200)
            _ = await gateway.read()
            page = await gateway.read("?maxResults=2&nextToken=\(token)")
            #expect(page.status == 200, "\(page.content)")
            values.merge(page.values ?? [:]) { $1 }
        }
        #expect(values.count == 9 && values.values.allSatisfy { $0 == "old" })
    }
}

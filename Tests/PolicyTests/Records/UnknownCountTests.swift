import CognitoSync
import Policy
import Testing

/// Counts above that of the dataset, as a caller with the SDK of iOS asks for them after the dataset was remade.
struct UnknownCountTests {
    private let now = Instant.milliseconds(0)

    private func refused(_ script: inout TableScript, _ count: Int64, at time: Int64 = 0) throws {
        let token = try script.lead(try pageKey(since: count), at: time)
        let outcome = FetchOutcome.unknownCount(
            message: "No such SyncCount: \(count) exists for this Dataset"
        )
        _ = script.table.complete(token, with: outcome, now: .milliseconds(time))
    }

    @Test func aCallerThatCountsDownIsRefusedFromTheTable() throws {
        var script = TableScript()
        try refused(&script, 5000)
        // What stands there has to be known first.
        #expect(script.ask(try pageKey(since: 4999)) == "fetch 0")
        _ = script.table.purge(dataset: try scope("other").dataset)
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3), revalidate: true)
        for count in stride(from: 4999, through: 4, by: -1) as StrideThrough<Int64> {
            #expect(script.ask(try pageKey(since: count)) == "refuse \(count)")
        }
        #expect(script.ask(try pageKey(since: 3)) == "derive 3")
    }

    @Test func theMessageIsThatOfTheServiceForTheCountBelow() throws {
        var script = TableScript()
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3))
        let token = script.table.readStarted(try scope())
        let message = "No such SyncCount: 10 exists for this Dataset"
        script.table.learn(UnknownCount(count: 10, message: message), by: token)
        let below = script.table.refuse(try pageKey(since: 9), now: now)
        #expect(below == UnknownCount(count: 9, message: "No such SyncCount: 9 exists for this Dataset"))
    }

    @Test(arguments: [8, 10, 9000] as [Int64])
    func anyOtherCountAboveIsAskedUpstream(count: Int64) throws {
        var script = TableScript()
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3))
        let token = script.table.readStarted(try scope())
        script.table.learn(UnknownCount(count: 10, message: "No such SyncCount: 10"), by: token)
        #expect(script.ask(try pageKey(since: count)) == "revalidate 3")
    }

    @Test(arguments: ["stale", "doubtful", "changed", "invalidated"])
    func whatMayHaveChangedIsAskedUpstream(case name: String) throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@3", count: 3))
        let token = script.table.readStarted(key.dataset)
        script.table.learn(UnknownCount(count: 10, message: "No such SyncCount: 10"), by: token)
        switch name {
        case "doubtful": script.write(.conflict, to: key.dataset)
        case "changed": script.write(.applied(try change("a=2@4")), to: key.dataset)
        case "invalidated":
            try script.bypass(.absent, of: key.dataset)
            try script.fill(key, ListingBuilder("a=1@2/9", count: 2))
        default: break
        }
        let asked = script.ask(try pageKey(since: 9), at: name == "stale" ? 5000 : 0)
        #expect(asked.hasPrefix("revalidate"))
    }

    /// The dataset was made after it was known to be absent.
    @Test func aCountAboveThatOfANewDatasetLetsItBeListed() throws {
        var script = TableScript()
        try script.fill(try pageKey(), .absent)
        script.write(.applied(try change("a=1@1")), to: try scope())
        try refused(&script, 5000)
        try script.fill(try pageKey(since: 4999), ListingBuilder("a=1@1", count: 1))
        #expect(script.table.refuse(try pageKey(since: 4999), now: now)?.count == 4999)
        #expect(script.ask(try pageKey(since: 4998)) == "refuse 4998")
    }

    @Test func aReadAboveTheCountMakesNothingDoubtful() throws {
        var script = TableScript()
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3))
        let token = script.table.readStarted(try scope())
        script.table.learn(UnknownCount(count: 7, message: "No such SyncCount: 7"), by: token)
        #expect(script.ask(try pageKey()) == "derive 3")
    }
}

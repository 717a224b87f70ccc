import CognitoSync
import Testing

@testable import Policy

/// Reads that ask for a confirmed response, many at once.
@Suite struct ConfirmationTests {
    private let listing: ListingBuilder

    init() throws { listing = try ListingBuilder("a=1@3", count: 3) }

    /// Returns the turn of a read that has to wait.
    private func wait(
        _ script: inout TableScript,
        _ key: PageKey,
        after turn: ConfirmationTurn? = nil
    )
        throws -> ConfirmationTurn
    {
        guard case .queue(_, let turn) = script.look(key, revalidate: true, turn: turn) else {
            throw TableScript.NotLed()
        }
        return turn
    }

    @Test func allButTwoShareTheThird() throws {
        var script = TableScript()
        let key = try pageKey()
        let first = try script.lead(key, revalidate: true)
        let second = try script.lead(key, revalidate: true)
        let turns = try (0..<48).map { _ in try wait(&script, key) }
        try script.complete(first, listing)
        #expect(script.table.nextTurn(of: key.dataset, now: .milliseconds(0)) != nil)
        #expect(script.table.nextTurn(of: key.dataset, now: .milliseconds(0)) == nil, "one signal for all")
        guard case .lead(let third, let fetch) = script.look(key, revalidate: true, turn: turns[0]) else {
            throw TableScript.NotLed()
        }
        // The second ends in between, and closes the third: those who came before that still join it.
        try script.complete(second, listing)
        for turn in turns[1...] {
            #expect(script.ask(key, revalidate: true, turn: turn) == "wait \(fetch)")
        }
        try script.complete(third, listing)
        #expect(script.fetches == 3)
    }

    @Test func aReadThatComesLateIsServedFromWhatWasConfirmedSince() throws {
        var script = TableScript()
        let key = try pageKey()
        let early = [try script.lead(key, revalidate: true), try script.lead(key, revalidate: true)]
        let turn = try wait(&script, key)
        for token in early { try script.complete(token, listing) }
        #expect(script.ask(key, revalidate: true, turn: turn) == "revalidate 3", "both were sent before")
        var late = script
        let third = try late.lead(key, revalidate: true)
        try late.complete(third, ListingBuilder("a=1@3", count: 3), .same(creationDate: [0x31]))
        #expect(late.ask(key, revalidate: true, turn: turn) == "derive 3")
        #expect(late.ask(key, revalidate: true) == "revalidate 3", "it came after the third was sent")
        late.table.doubt(key.dataset)
        #expect(late.ask(key, revalidate: true, turn: turn) == "wait \(late.fetches)")
    }

    @Test func aReadDoesNotWaitForEver() throws {
        var script = TableScript()
        let key = try pageKey()
        var early = [try script.lead(key, revalidate: true), try script.lead(key, revalidate: true)]
        var turn = try wait(&script, key)
        for _ in 0..<2 {
            // Others with a count of their own take the places.
            for token in early { _ = script.table.complete(token, with: .failed, now: .milliseconds(0)) }
            let other = try pageKey(since: 7)
            early = [try script.lead(other, revalidate: true), try script.lead(other, revalidate: true)]
            turn = try wait(&script, key, after: turn)
        }
        #expect(script.ask(key, revalidate: true, turn: turn).hasPrefix("fetch"))
    }

    @Test func aFetchThatNeverComesBackHoldsNobodyUp() throws {
        var script = TableScript { $0.fetchLimit = 1_000_000_000 }
        let key = try pageKey()
        _ = try script.lead(key, revalidate: true)
        _ = try script.lead(key, revalidate: true)
        #expect(script.ask(key, revalidate: true, at: 0) == "queue")
        let late = try script.lead(key, revalidate: true, at: 2000)
        try script.complete(late, listing, at: 2000)
        #expect(script.table.nextTurn(of: key.dataset, now: .milliseconds(2000)) != nil)
    }

    @Test func pagesForOneCallerAreNotShared() throws {
        var script = TableScript { $0.keepsOriginTokens = true }
        let key = try pageKey()
        for _ in 0..<5 { #expect(script.ask(key, revalidate: true).hasPrefix("fetch")) }
    }
}

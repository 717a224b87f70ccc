import CognitoSync
import Testing

@testable import Policy

/// Rules 5 to 7: what is learned beside shared fetches.
extension FenceTransitionTests {
    /// Returns the effect of a write that ended.
    private func write(
        _ outcome: WriteOutcome,
        sentAt stamp: Stamp,
        cachedCount: Int64? = 3,
        _ facts: FenceFacts
    ) throws -> FenceTransition.Action {
        let token = WriteToken(scope: try scope(), stamp: stamp, cachedCount: cachedCount)
        return FenceTransition(of: facts, on: .written(outcome, token)).action
    }

    @Test func rule6MergesAWriteThatContinuesTheState() throws {
        let whole = try snapshot()
        let applied = WriteOutcome.applied(try change("a=2@4"))
        let action = try write(applied, sentAt: moments.late, facts(whole))
        guard case .bringForward(let next, counts: .write) = action else { throw Unexpected(action) }
        #expect(next.snapshot.syncCount == 4 && next.confirmedCount == 3)
        #expect(next.validatedAt == .milliseconds(0), "a write does not show merges of identities")
    }

    @Test(arguments: [
        "gap", "unsaid", "conflict", "unknown", "no date", "not newer", "doubted", "sent too early",
    ])
    func rule6DoubtsAfterAnyOtherWrite(case name: String) throws {
        let outcomes: [String: WriteOutcome] = [
            "gap": .applied(try change("a=2@5")), "unsaid": .applied(nil), "conflict": .conflict,
            "unknown": .unknown, "not newer": .applied(try change("a=2@4/3")),
        ]
        let action = try write(
            try outcomes[name] ?? .applied(change("a=2@4")),
            sentAt: name == "sent too early" ? moments.early : moments.late,
            facts(
                name == "no date" ? try ListingBuilder(count: 3).snapshot() : try snapshot(),
                doubt: name == "doubted" ? .stream : nil
            )
        )
        guard case .doubt(.write, counts: nil) = action else { throw Unexpected(action) }
    }

    @Test func rule6TakesAWriteThatTheStateHasForKnown() throws {
        let whole = try snapshot()
        let applied = WriteOutcome.applied(try change("a=1@3"))
        for cachedCount in [2, nil, 3] as [Int64?] {
            let known = try write(applied, sentAt: moments.late, cachedCount: cachedCount, facts(whole))
            guard case .nothing = known else { throw Unexpected(known) }
        }
        for outcome in [WriteOutcome.rejected, .settled] {
            let action = try write(outcome, sentAt: moments.late, facts(whole))
            guard case .nothing = action else { throw Unexpected(action) }
        }
    }

    @Test(arguments: ["a=1@3/4", "x=1@1/4", "y@2/4"])
    func rule4InvalidatesByAWriteAtOrBelowTheCountThatWasCachedWhenItLeft(record: String) throws {
        let applied = WriteOutcome.applied(try change(record))
        let action = try write(applied, sentAt: moments.late, facts(try snapshot()))
        guard case .invalidate(.contradiction) = action else { throw Unexpected(action) }
        let early = try write(applied, sentAt: moments.early, facts(try snapshot()))
        guard
            record.hasPrefix("y") || { if case .doubt(.write, counts: nil) = early { true } else { false } }()
        else {
            throw Unexpected(early)
        }
    }

    @Test func rule7InvalidatesByADeletion() throws {
        for event in [FenceEvent.deleted, .purged] {
            let transition = FenceTransition(of: facts(try snapshot()), on: event)
            guard case .invalidate = transition.action else { throw Unexpected(transition) }
        }
    }

    @Test func rule7InvalidatesByAnyChangeDuringADeletion() throws {
        var facts = facts(try snapshot())
        facts.isBeingDeleted = true
        let written = try write(.applied(change("a=2@4")), sentAt: moments.late, facts)
        guard case .invalidate(.delete) = written else { throw Unexpected(written) }
        let streamed = FenceTransition(of: facts, on: .streamed(try change("a=2@4")))
        guard case .invalidate(.stream) = streamed.action else { throw Unexpected(streamed) }
    }

    @Test func aStreamEventIsMergedKnownOrDoubted() throws {
        let facts = facts(try snapshot())
        let merged = FenceTransition(of: facts, on: .streamed(try change("a=2@4")))
        guard case .bringForward(let next, counts: .stream) = merged.action else {
            throw Unexpected(merged)
        }
        #expect(next.validatedAt == .milliseconds(0), "an event does not show when it happened")
        #expect(next.isCheckDue(by: facts.limits, now: .milliseconds(0)))
        let known = FenceTransition(of: facts, on: .streamed(try change("a=1@3")))
        guard case .nothing = known.action else { throw Unexpected(known) }
        let superseded = FenceTransition(of: facts, on: .streamed(try change("a=0@1")))
        guard case .nothing = superseded.action else { throw Unexpected(superseded) }
        let events = [
            // A gap, an event without records, one of another incarnation at a known count, below it, and next to it.
            try change("a=2@5"), nil, try change("a=1@3/9"), try change("a=0@1/9"), try change("a=2@4/2"),
        ]
        for event in events {
            let misfit = FenceTransition(of: facts, on: .streamed(event))
            guard case .doubt(.stream, counts: .stream) = misfit.action else { throw Unexpected(misfit) }
        }
        let doubted = FenceTransition(
            of: self.facts(try snapshot(), doubt: .write),
            on: .streamed(try change("a=2@4"))
        )
        guard case .doubt = doubted.action else { throw Unexpected(doubted) }
    }

    @Test func aReadThatIsNotSharedClosesDoubtsOrInvalidates() throws {
        let facts = facts(try snapshot())
        func action(
            _ listing: ListingBuilder,
            since: Int64 = 0,
            sentAt stamp: Stamp
        ) throws -> FenceTransition.Action {
            FenceTransition(of: facts, on: .shown(try listing.seen(since: since), sentAt: stamp)).action
        }
        let equal = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        var merged = equal
        merged.merged = ["other"]
        let (late, early) = (moments.late, moments.between)
        guard case .close = try action(equal, sentAt: late),
            case .doubt(.answer, counts: nil) = try action(merged, sentAt: late),
            case .doubt(.answer, counts: nil) = try action(
                ListingBuilder("a=2@4", count: 4),
                since: 3,
                sentAt: late
            ),
            // A lower version proves a deletion, if it was asked for late enough.
            case .invalidate(.contradiction) = try action(.absent, sentAt: late),
            case .doubt(.answer, counts: nil) = try action(.absent, sentAt: early),
            case .invalidate(.contradiction) = try action(
                ListingBuilder("a=1@3/9", count: 3),
                since: 2,
                sentAt: late
            )
        else { throw Unexpected(facts) }
    }

    @Test func aReadWithAnUnknownCountProvesADeletionIfTheCountWasKnown() throws {
        let facts = facts(try snapshot())
        func action(_ event: FenceEvent) -> FenceTransition.Action {
            FenceTransition(of: facts, on: event).action
        }
        guard case .invalidate(.contradiction) = action(.unknownCount(3, sentAt: moments.late)),
            case .doubt(.answer, counts: nil) = action(.unknownCount(3, sentAt: moments.between)),
            case .close = action(.unknownCount(4, sentAt: moments.late)),
            case .nothing = action(.described(exists: true)),
            case .invalidate(.contradiction) = action(.described(exists: false)),
            case .doubt(.told, counts: nil) = action(.told)
        else { throw Unexpected(facts) }
    }

    @Test func whereNothingIsCachedEveryNewsFencesTheFetchesInFlight() throws {
        let facts = facts(nil)
        let events: [FenceEvent] = [
            .shown(try ListingBuilder("a=1@3", count: 3).seen(), sentAt: moments.late),
            .described(exists: true),
            .told, .streamed(try change("a=1@1")),
        ]
        for event in events {
            let transition = FenceTransition(of: facts, on: event)
            guard case .fence = transition.action else { throw Unexpected(transition) }
        }
        for outcome in [WriteOutcome.applied(try change("a=1@1")), .conflict, .unknown] {
            let action = try write(outcome, sentAt: moments.late, facts)
            guard case .fence = action else { throw Unexpected(action) }
        }
    }
}

import CognitoSync
import Testing

@testable import Policy

/// Rules 5 to 7: what is learned beside shared fetches.
extension FenceTransitionTests {
    /// Returns the effect of a write that ended.
    private func write(
        _ outcome: WriteOutcome,
        sentAt stamp: Stamp,
        cachedCount: Int64 = 3,
        isAlone: Bool = true,
        _ facts: FenceFacts
    ) throws -> FenceTransition.Action {
        let token = WriteToken(
            scope: try scope(),
            start: start,
            stamp: stamp,
            cachedCount: cachedCount,
            isAlone: isAlone,
            number: facts.writesStarted
        )
        return FenceTransition(of: facts, on: .written(outcome, token, now: now)).action
    }

    @Test func rule6MergesAWriteThatContinuesTheState() throws {
        let whole = try snapshot()
        let applied = WriteOutcome.applied(try change("a=2@4"))
        let action = try write(applied, sentAt: moments.late, facts(whole))
        guard case .bringForward(let next, counts: .write, dropsPages: false) = action else {
            throw Unexpected(action)
        }
        #expect(next.snapshot.syncCount == 4 && next.validatedAt == start)
    }

    @Test func rule6KeepsTheAgeWhereTheResponseValidatesNothing() throws {
        let whole = try snapshot()
        let applied = WriteOutcome.applied(try change("a=2@4"))
        for facts in [
            facts(whole) { $0.keepsOriginTokens = true }, facts(whole) { $0.identityCheck = 2_000_000_000 },
        ] {
            let action = try write(applied, sentAt: moments.late, facts)
            guard case .bringForward(let next, _, _) = action else { throw Unexpected(action) }
            #expect(next.snapshot.syncCount == 4 && next.validatedAt == .milliseconds(0))
        }
    }

    @Test(arguments: ["gap", "unsaid", "conflict", "unknown", "not alone", "sent before an invalidation"])
    func rule6DoubtsAfterAnyOtherWrite(case name: String) throws {
        let outcomes: [String: WriteOutcome] = [
            "gap": .applied(try change("a=2@5")), "unsaid": .applied(nil), "conflict": .conflict,
            "unknown": .unknown,
        ]
        let action = try write(
            try outcomes[name] ?? .applied(change("a=2@4")),
            sentAt: name == "sent before an invalidation" ? moments.early : moments.late,
            isAlone: name != "not alone",
            facts(try snapshot())
        )
        guard case .doubt(.write, counts: nil) = action else { throw Unexpected(action) }
    }

    @Test func rule6TakesAWriteThatTheStateHasForKnown() throws {
        let whole = try snapshot()
        let applied = WriteOutcome.applied(try change("a=1@3"))
        let known = try write(applied, sentAt: moments.late, cachedCount: 2, facts(whole))
        guard case .nothing = known else { throw Unexpected(known) }
        let refused = try write(.rejected, sentAt: moments.late, facts(whole))
        guard case .nothing = refused else { throw Unexpected(refused) }
        let another = try write(applied, sentAt: moments.late, cachedCount: 3, facts(whole))
        guard case .doubt(.write, counts: nil) = another else { throw Unexpected(another) }
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
        let streamed = FenceTransition(of: facts, on: .streamed(try change("a=2@4"), syncCount: 4))
        guard case .invalidate(.stream) = streamed.action else { throw Unexpected(streamed) }
    }

    @Test func aStreamEventIsMergedKnownOrDoubted() throws {
        let facts = facts(try snapshot())
        let merged = FenceTransition(of: facts, on: .streamed(try change("a=2@4"), syncCount: 4))
        guard case .bringForward(let next, counts: .stream, dropsPages: false) = merged.action else {
            throw Unexpected(merged)
        }
        #expect(next.validatedAt == .milliseconds(0), "an event does not show when it happened")
        #expect(next.isCheckDue(by: facts.limits, now: .milliseconds(0)))
        let known = FenceTransition(of: facts, on: .streamed(try change("a=1@3"), syncCount: 3))
        guard case .nothing = known.action else { throw Unexpected(known) }
        var writing = facts
        writing.writes = 1
        for misfit in [
            FenceTransition(of: facts, on: .streamed(try change("a=2@5"), syncCount: 5)),
            FenceTransition(of: facts, on: .streamed(nil, syncCount: 3)),
            FenceTransition(of: writing, on: .streamed(try change("a=2@4"), syncCount: 4)),
        ] {
            guard case .doubt(.stream, counts: .stream) = misfit.action else { throw Unexpected(misfit) }
        }
    }

    @Test func aReadThatIsNotSharedClosesDoubtsOrInvalidates() throws {
        let whole = try snapshot()
        let facts = facts(whole)
        func action(_ event: FenceEvent) -> FenceTransition.Action {
            FenceTransition(of: facts, on: event).action
        }
        guard case .close = action(.shown(whole.version, isPlain: true)),
            case .doubt(.answer, counts: nil) = action(.shown(whole.version, isPlain: false)),
            case .doubt(.answer, counts: nil) = action(.shown(.absent, isPlain: true)),
            case .nothing = action(.described(exists: true)),
            case .invalidate(.contradiction) = action(.described(exists: false)),
            case .doubt(.told, counts: nil) = action(.told)
        else { throw Unexpected(facts) }
    }

    @Test func whereNothingIsCachedEveryNewsFencesTheFetchesInFlight() throws {
        let facts = facts(nil)
        let events: [FenceEvent] = [
            .shown(DatasetVersion(syncCount: 3), isPlain: true), .described(exists: true), .told,
            .streamed(try change("a=1@1"), syncCount: 1),
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

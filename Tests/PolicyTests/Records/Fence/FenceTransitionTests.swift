import CognitoSync
import Testing

@testable import Policy

/// Each rule of the fence by itself; `FenceTests` has them at work in a table.
struct FenceTransitionTests {
    /// Stamps in the order of their names: a fetch sent early, the last invalidation, a fetch sent between, the last
    /// change, a fetch sent late.
    struct Moments {
        let early: Stamp
        let invalidated: Stamp
        let between: Stamp
        let changed: Stamp
        let late: Stamp

        init() {
            var clock = Stamp()
            early = clock.next()
            invalidated = clock.next()
            between = clock.next()
            changed = clock.next()
            late = clock.next()
        }
    }

    let moments = Moments()
    let start = Instant.milliseconds(1000)
    let now = Instant.milliseconds(2000)

    /// Returns the facts of a dataset with this snapshot, validated at 0.
    func facts(
        _ snapshot: DatasetSnapshot?,
        doubt: Explanation.Doubt? = nil,
        _ change: (inout RecordsLimits) -> Void = { _ in }
    ) -> FenceFacts {
        var limits = RecordsLimits(bytes: 1 << 20)
        change(&limits)
        return FenceFacts(
            cached: snapshot.map {
                CachedDataset(
                    snapshot: $0,
                    validatedAt: .milliseconds(0),
                    confirmedCount: $0.syncCount,
                    doubt: doubt,
                    incarnation: IncarnationFacts(checkedAt: .milliseconds(0))
                )
            },
            invalidated: moments.invalidated,
            changed: moments.changed,
            limits: limits
        )
    }

    func snapshot() throws -> DatasetSnapshot {
        try ListingBuilder("a=1@3", "b=1@2", count: 3).snapshot()
    }

    private func token(_ plan: FetchPlan, sentAt stamp: Stamp) throws -> FetchToken {
        let lease = FetchLease(start: start, limit: 1)
        return FetchToken(
            dataset: try scope(),
            start: start,
            stamp: stamp,
            generation: 0,
            plan: plan,
            lease: lease
        )
    }

    /// Returns the effect of a listing.
    private func fetched(
        _ listing: ListingBuilder,
        since: Int64 = 0,
        sentAt stamp: Stamp,
        _ facts: FenceFacts
    ) throws -> FenceTransition {
        let outcome = FetchOutcome.seen(try listing.seen(since: since), at: 77, .notChecked)
        return FenceTransition(
            of: facts,
            on: .fetched(outcome, try token(.list(since: since), sentAt: stamp))
        )
    }

    /// Returns the effect of a delta that revalidates a snapshot.
    private func revalidated(
        _ base: DatasetSnapshot,
        _ listing: ListingBuilder?,
        _ incarnation: IncarnationCheck = .notChecked,
        known: IncarnationFacts = IncarnationFacts(checkedAt: .milliseconds(0)),
        sentAt stamp: Stamp,
        _ facts: FenceFacts
    ) throws -> FenceTransition {
        let plan = FetchPlan.revalidate(
            RevalidationBase(
                snapshot: base,
                confirmedCount: facts.cached?.confirmedCount ?? base.syncCount,
                incarnation: known,
                mustProve: false
            )
        )
        let outcome: FetchOutcome =
            if let listing {
                .seen(try listing.seen(since: plan.since), at: 77, incarnation)
            } else {
                .unknownCount(message: "")
            }
        return FenceTransition(of: facts, on: .fetched(outcome, try token(plan, sentAt: stamp)))
    }

    @Test func rule1BeginsASnapshotWhereNothingIsCached() throws {
        let transition = try fetched(
            ListingBuilder("a=1@3", count: 3),
            sentAt: moments.late,
            facts(nil)
        )
        guard case .begin(let cached?, replacing: nil) = transition.action else {
            throw Unexpected(transition)
        }
        #expect(cached.snapshot === transition.snapshot && cached.snapshot.syncCount == 3)
        #expect(cached.validatedAt == start && cached.incarnation.checkedAt == start)
        #expect(cached.incarnation.firstSeen == 77 && !cached.isDoubted)
        #expect(!transition.mustAskAgain)
    }

    @Test func rule1StoresNothingThatWasSentForTooEarly() throws {
        for stamp in [moments.early, moments.invalidated, moments.between, moments.changed] {
            let transition = try fetched(ListingBuilder("a=1@3", count: 3), sentAt: stamp, facts(nil))
            guard case .fence = transition.action else { throw Unexpected(transition) }
            #expect(transition.snapshot?.syncCount == 3, "those who waited are served")
        }
    }

    @Test func rule1BeginsNothingThatCannotBeCached() throws {
        var merged = try ListingBuilder("a=1@3", count: 3)
        merged.merged = ["other"]
        let transition = try fetched(merged, sentAt: moments.late, facts(nil))
        guard case .begin(nil, replacing: nil) = transition.action else { throw Unexpected(transition) }
        #expect(transition.snapshot == nil)
    }

    @Test func rule1ReplacesAnAbsentDatasetThatNowExists() throws {
        let absent = try ListingBuilder.absent.snapshot()
        let transition = try fetched(
            ListingBuilder("a=1@1", count: 1),
            sentAt: moments.late,
            facts(absent)
        )
        guard case .begin(let cached?, replacing: .newer) = transition.action else {
            throw Unexpected(transition)
        }
        #expect(!cached.snapshot.isAbsent)
    }

    @Test func rule2RefreshesAndWidensAnEqualVersion() throws {
        let whole = try snapshot()
        let widening = try ListingBuilder("a=1@3", "b=1@2", "x@2", count: 3)
        let transition = try fetched(
            widening,
            since: 1,
            sentAt: moments.late,
            facts(whole, doubt: .write)
        )
        guard case .bringForward(let next, counts: nil) = transition.action else {
            throw Unexpected(transition)
        }
        #expect(next.snapshot.serves(1) && next.snapshot.syncCount == 3)
        #expect(next.validatedAt == start && !next.isDoubted)
    }

    @Test func rule2RefreshesByAResponseThatWasSentForBeforeTheStateBegan() throws {
        let whole = try snapshot()
        let equal = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        let between = try fetched(equal, sentAt: moments.between, facts(whole, doubt: .write))
        guard case .bringForward(let next, counts: nil) = between.action else {
            throw Unexpected(between)
        }
        #expect(next.snapshot === whole && next.validatedAt == start)
        #expect(next.doubt == .write, "only a fetch that was sent after the doubt ends it")
        let early = try fetched(equal, sentAt: moments.invalidated, facts(whole))
        guard case .nothing = early.action else { throw Unexpected(early) }
    }

    @Test func rule2KeepsTheAgeWhereACheckIsDueAndWasNotMade() throws {
        let whole = try ListingBuilder(count: 3).snapshot()
        let facts = facts(whole) { $0.identityCheck = 1_000_000_000 }
        let equal = try ListingBuilder(count: 3)
        let unchecked = try revalidated(whole, equal, .notChecked, sentAt: moments.late, facts)
        guard case .bringForward(let old, _) = unchecked.action else { throw Unexpected(unchecked) }
        #expect(old.validatedAt == .milliseconds(0) && old.incarnation.checkedAt == .milliseconds(0))
        let check = IncarnationCheck.same(creationDate: [0x31])
        let checked = try revalidated(whole, equal, check, sentAt: moments.late, facts)
        guard case .bringForward(let new, _) = checked.action else { throw Unexpected(checked) }
        #expect(new.validatedAt == start)
        #expect(new.incarnation.checkedAt == start && new.incarnation.creationDate == [0x31])
    }

    @Test func rule3BringsForwardByAGreaterVersion() throws {
        let whole = try snapshot()
        let delta = try ListingBuilder("a=1@3", "c=2@5", count: 5)
        let transition = try revalidated(whole, delta, sentAt: moments.late, facts(whole, doubt: .stream))
        guard case .bringForward(let next, counts: .newer) = transition.action else {
            throw Unexpected(transition)
        }
        #expect(next.snapshot === transition.snapshot && next.snapshot.syncCount == 5)
        #expect(next.validatedAt == start && !next.isDoubted)
    }

    @Test func rule3OrdersAProvenResponseWheneverItsFetchWasSent() throws {
        let whole = try snapshot()
        let delta = try ListingBuilder("a=1@3", "c=2@5", count: 5)
        let transition = try revalidated(whole, delta, sentAt: moments.between, facts(whole, doubt: .stream))
        guard case .bringForward(let next, counts: .newer) = transition.action else {
            throw Unexpected(transition)
        }
        #expect(next.snapshot.syncCount == 5)
        #expect(next.doubt == .stream, "the doubt is younger than the fetch")
    }

    @Test func rule3TakesARevalidationFromBeforeAMergedWriteForEarlier() throws {
        let base = try snapshot()
        let merged = try #require(base.following(try change("c=1@4")))
        let old = try ListingBuilder("a=1@3", count: 3)
        let transition = try revalidated(base, old, sentAt: moments.between, facts(merged))
        guard case .nothing = transition.action else { throw Unexpected(transition) }
        #expect(transition.snapshot === base)
    }

    @Test func rule4InvalidatesByAProofOfAnotherIncarnation() throws {
        let whole = try snapshot()
        for lower in [try ListingBuilder("a=1@2", count: 2), .absent] {
            let transition = try fetched(lower, sentAt: moments.late, facts(whole))
            guard case .invalidate(.contradiction) = transition.action else { throw Unexpected(transition) }
            #expect(!transition.mustAskAgain)
        }
    }

    @Test(arguments: [
        "lower", "deleted", "absent", "merged", "doubtful", "unknown count", "other record", "missing",
    ])
    func rule4InvalidatesAfterARevalidationThatShowsAnotherIncarnation(case name: String) throws {
        let whole = try snapshot()
        var listing: ListingBuilder? = try ListingBuilder("a=1@3", "c=2@4", count: 4)
        switch name {
        case "lower": listing = try ListingBuilder(count: 2)
        case "deleted": listing?.wasDeleted = true
        case "absent": listing = .absent
        case "merged": listing?.merged = ["other"]
        case "unknown count": listing = nil
        case "other record": listing = try ListingBuilder("a=1@3/4", count: 3)
        case "missing": listing = try ListingBuilder("c=2@4", count: 4)
        default: break
        }
        let incarnation = name == "doubtful" ? IncarnationCheck.doubtful : .notChecked
        let transition = try revalidated(whole, listing, incarnation, sentAt: moments.late, facts(whole))
        guard case .invalidate(.contradiction) = transition.action else { throw Unexpected(transition) }
        #expect(transition.mustAskAgain && transition.snapshot == nil)
    }

    @Test func rule4InvalidatesAfterAWholeListingWithOtherRecordsAtTheCachedCount() throws {
        let whole = try snapshot()
        let other = try ListingBuilder("a=1@3", "b=2@2/3", count: 3)
        let transition = try fetched(other, sentAt: moments.late, facts(whole))
        guard case .invalidate(.contradiction) = transition.action else { throw Unexpected(transition) }
    }

    @Test func rule1KeepsWhatIsKnownOfTheIncarnationOverAnEviction() throws {
        let base = try snapshot()
        let known = IncarnationFacts(checkedAt: .milliseconds(500), creationDate: [0x32], firstSeen: 42)
        let big = try ListingBuilder(count: 3).snapshot()
        for (snapshot, listing) in [
            (base, try ListingBuilder("a=1@3", count: 3)), (big, try ListingBuilder(count: 3)),
        ] {
            let transition = try revalidated(
                snapshot,
                listing,
                known: known,
                sentAt: moments.late,
                facts(nil)
            )
            guard case .begin(let cached?, replacing: nil) = transition.action else {
                throw Unexpected(transition)
            }
            #expect(cached.incarnation.creationDate == [0x32] && cached.incarnation.firstSeen == 42)
            #expect(cached.incarnation.checkedAt == (snapshot === base ? start : .milliseconds(500)))
        }
    }

    @Test func rule5DoubtsWhatDoesNotFit() throws {
        let whole = try snapshot()
        var merged = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        merged.merged = ["other"]
        let misfits = [
            // A greater version that was sent for before the state began.
            try fetched(ListingBuilder("a=2@4", "b=2@4", count: 4), sentAt: moments.between, facts(whole)),
            // A greater version whose incarnation was not checked.
            try fetched(ListingBuilder("a=2@4", "b=2@4", count: 4), sentAt: moments.late, facts(whole)),
            // A merge.
            try fetched(merged, sentAt: moments.late, facts(whole)),
        ]
        for misfit in misfits {
            guard case .doubt(.answer, counts: nil) = misfit.action else { throw Unexpected(misfit) }
            #expect(!misfit.mustAskAgain)
        }
    }

    @Test func rule5DoesNotDoubtAStateForADeletionBeforeItBegan() throws {
        var flagged = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        flagged.wasDeleted = true
        let transition = try fetched(flagged, since: 1, sentAt: moments.late, facts(try snapshot()))
        guard case .nothing = transition.action else { throw Unexpected(transition) }
    }

    @Test func rule5AsksAgainAfterAnInvalidationDuringARevalidation() throws {
        let whole = try snapshot()
        let transition = try revalidated(
            whole,
            ListingBuilder(count: 3),
            sentAt: moments.invalidated,
            facts(whole)
        )
        guard case .nothing = transition.action else { throw Unexpected(transition) }
        #expect(transition.mustAskAgain && transition.snapshot == nil)
    }

    @Test func aFailedFetchChangesNothing() throws {
        let failed = FenceTransition(
            of: facts(try snapshot()),
            on: .fetched(.failed, try token(.list(since: 0), sentAt: moments.late))
        )
        guard case .nothing = failed.action else { throw Unexpected(failed) }
    }
}

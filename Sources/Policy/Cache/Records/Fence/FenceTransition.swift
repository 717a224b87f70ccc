/// The rules of the fence as a pure function: the effect of one event on the cached state of a dataset.
///
/// A response is true of some moment between the sending of its fetch and its arrival. It is in order if it was sent
/// for after the cached state was last brought forward: then it is later than all that is known. Any other is late, and
/// may be older or newer. Its count does not tell which: a dataset that was remade counts from 1 again.
///
/// | rule | event | effect | test in `FenceTransitionTests` |
/// |---|---|---|---|
/// | 1 | a response in order, nothing cached | begins a snapshot | `rule1BeginsASnapshotWhereNothingIsCached` |
/// | 2 | a response with the cached version | refreshes and widens | `rule2RefreshesAndWidensAnEqualVersion` |
/// | 3 | one in order, greater, that connects | brings forward | `rule3BringsForwardByAGreaterVersion` |
/// | 4 | proof of another incarnation | invalidates | `rule4InvalidatesByAProofOfAnotherIncarnation` |
/// | 5 | any other response or contradiction | doubt | `rule5DoubtsWhatDoesNotFit` |
/// | 6 | the end of a write | brings forward, or doubt | `rule6MergesAWriteThatContinuesTheState` |
/// | 7 | DeleteDataset, sent or ended | invalidates the identity | `rule7InvalidatesByADeletion` |
///
/// - Rule 1: such a response was also sent for after the last invalidation, and after any state since became known.
///   What a revalidation knew of the incarnation stays, where the state was evicted meanwhile.
/// - Rule 2: the state is as fresh as the fetch. Where the response goes back further, its records are added.
/// - Rule 3: a response connects if it leaves out no change (`DatasetSnapshot.following`). The pages of the old state
///   go, and no later read joins a fetch that was sent before. Those who wait for one asked before, and get its
///   response. A response that proves the incarnation is in order whenever its fetch was sent.
/// - Rule 4: a count cannot fall, and a record at a count cannot change. So a lower version, a write at or below the
///   count that was cached when it was sent, other records at a known count, the deletion flag, and a known count that
///   the service does not know prove that the dataset was remade.
/// - Rule 5: the state is revalidated before it is served again, by a fetch sent after the doubt that proves the
///   incarnation (``RevalidationBase``). So a late response costs a further fetch of what changed.
/// - Rule 6: a response continues the state if its count is the next one, its records are newer than all that are
///   cached, and nothing made the state doubtful. Any other end makes it so, unless the write was refused. The start of
///   a write changes nothing: until its end, the old state is a true response. A write confirms nothing: its response
///   does not show merges of identities.
/// - Rule 7: other datasets of the identity report merges with the deleted one.
///
/// A greater or equal count does not prove the same incarnation. So a revalidation lets the last records come again, or
/// asks for the date of the creation: after a doubt, after a change by another writer, and every `identityCheck`.
struct FenceTransition: Sendable {
    /// The effect on the table.
    enum Action: Sendable {
        /// All stays as it is.
        case nothing
        /// The state stays; no later read joins a fetch that was sent before.
        case close
        /// Nothing is cached; no fetch that was sent before is stored, and no later read joins one.
        case fence
        /// The state is revalidated before it is served again. Its pages are counted under the reason.
        case doubt(Explanation.Doubt, counts: Invalidation?)
        /// The state and its pages are dropped, and the fetches that were sent before are fenced.
        case invalidate(Invalidation)
        /// A state begins; nil if the response cannot be cached. The one before is invalidated for the reason.
        case begin(CachedDataset?, replacing: Invalidation?)
        /// This state takes the place of the one before. The pages of that are counted under the reason.
        case bringForward(CachedDataset, counts: Invalidation?)
    }

    var action = Action.nothing
    /// The snapshot from which those who waited are served, whether it is stored or not.
    var snapshot: DatasetSnapshot?
    /// Whether those who waited have to ask again.
    var mustAskAgain = false
}

extension FenceTransition {
    init(of facts: FenceFacts, on event: FenceEvent) {
        switch event {
        case .fetched(let outcome, let token): self = facts.fetched(outcome, by: token)
        case .written(let outcome, let token): self.init(action: facts.written(outcome, by: token))
        case .streamed(let change): self.init(action: facts.streamed(change))
        case .shown(let seen, let stamp): self.init(action: facts.shown(seen, sentAt: stamp))
        case .unknownCount(let count, let stamp): self.init(action: facts.unknown(count, sentAt: stamp))
        case .described(let exists): self.init(action: facts.described(exists: exists))
        case .told: self.init(action: facts.doubt(because: .told))
        case .deleted: self.init(action: .invalidate(.delete))
        case .purged: self.init(action: .invalidate(.purge))
        }
    }
}

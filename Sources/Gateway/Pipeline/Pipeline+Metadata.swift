import CognitoSync
import Messages
import Policy
import Serving

/// The reads beside ListRecords: from their table, from a fetch in the air, or by a fetch of their own.
extension Pipeline {
    /// The answer to a read that is kept for a while, or to a write whose refusal is known; nil: to be forwarded.
    func answerFromReads(
        _ operation: Operation,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Answer? {
        if let refused = refuseBulkPublish(operation, settings: settings, call: call) { return .now(refused) }
        guard let key = ReadKey(operation),
            settings.configuration.cache.reads.lifetime(of: key.operation) > .zero
        else { return nil }
        let now = clock.monotonic()
        switch otherReads.lookUp(key, confirm: call.wantsConfirmation, now: now) {
        case .hit(let kept):
            call.exchange.cache = .hit
            call.exchange.age = kept.age / 1_000_000_000
            call.cacheStatus = .hit(timeToLive: kept.timeToLive)
            return .now(finish(kept.answer, of: call))
        case .wait(let fetch):
            call.noteJoined()
            let place = try enter(for: .wait)
            return .later { [call] in
                defer { place.leave() }
                return await land(fetch, call: call)
            }
        case .lead(let ticket, let fetch):
            call.exchange.cache = .lead
            call.cacheStatus = .forwarded(call.wantsConfirmation ? .request : .uriMiss)
            let place: Admission.Place
            do throws(GatewayError) {
                place = try enter(for: .forward)
                try admission.admitUpstream(operation, call: &call, now: now)
            } catch {
                fetch.land(otherReads.complete(ticket, with: Forwarded(result: .failure(error)), now: now))
                throw error
            }
            launch(operation, ticket: ticket, fetch: fetch, settings: settings, holding: place)
            return .later { [call] in await land(fetch, call: call) }
        }
    }

    /// The origin's time in seconds since 1970, as far as it is known.
    func originTime(_ settings: Settings) -> Int64 {
        clock.wall() / 1_000_000_000 &+ settings.forwarder.clockSkew
    }

    /// Runs a shared fetch, which is nobody's request: those who wait may leave, it goes on, and ends with the
    /// forwarder's deadline at the latest.
    private func launch(
        _ operation: Operation,
        ticket: ReadTicket,
        fetch: OtherReads.Fetch,
        settings: Settings,
        holding place: Admission.Place
    ) {
        Task.immediate(executorPreference: executor) {
            // DescribeDataset tells the table of the records whether the dataset exists.
            let passage = reads.started(CacheRule(for: operation), now: clock.monotonic())
            let forwarded = await settings.forwarder.forward(operation)
            reads.ended(passage, of: operation, with: forwarded, now: clock.monotonic())
            otherReads.learn(from: forwarded, to: operation, at: originTime(settings))
            let landing = otherReads.complete(ticket, with: forwarded, now: clock.monotonic())
            place.leave()
            fetch.land(landing)
        }
    }

    private func land(_ fetch: OtherReads.Fetch, call: Call) async -> Reply {
        var call = call
        guard let landing = await fetch.value() else { return hungUp(call) }
        if call.exchange.cache == .lead { call.note(landing.forwarded) }
        call.note(stored: landing.isStored)
        return finish(landing.forwarded.result, of: call)
    }

    /// What AWS would answer to a bulk publish within 24 hours of a success, where that is certain.
    ///
    /// Who asks for a confirmed answer is told by AWS itself.
    private func refuseBulkPublish(_ operation: Operation, settings: Settings, call: Call) -> Reply? {
        guard case .bulkPublish(let pool) = operation, !call.wantsConfirmation,
            let seconds = otherReads.refusal(of: pool, at: originTime(settings))
        else { return nil }
        var call = call
        call.exchange.cache = .hit
        call.cacheStatus = .hit(timeToLive: seconds * 1_000_000_000)
        let error = APIError.alreadyStreamed(
            "Identity pool \(pool.text) was published successfully less than 24 hours ago"
        )
        let response = error.response(form: call.form)
        // It is in the caller's form already.
        call.form = .rest
        return finish(response, of: call)
    }
}

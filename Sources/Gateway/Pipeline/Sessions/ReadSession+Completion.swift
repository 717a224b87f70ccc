import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// The response of a read whose fetch has completed.
extension ReadSession {
    /// Returns the response that a completion holds for this read; nil if the read must bypass the cache.
    mutating func response(
        from completion: RecordsCache.FetchCompletion
    ) throws(GatewayError) -> OutgoingResponse? {
        context.recordStored(completion.result.isStored)
        if let state = completion.result.state, context.runtime.renderer.has(key, in: state) {
            return try derive(from: state, sharing: completion.pages)
        }
        if let response = replacement(for: completion) { return response }
        switch completion.forwarded.result {
        case .failure(let error):
            return pipeline.finish(error, of: context)
        case .success(let response):
            let concernsAll = response.head.status.code >= 500 || response.head.status.code == 429
            guard completion.isResponse(to: key) || concernsAll else { return nil }
            return pipeline.finish(withOwnToken(response, completion.forwarded.page), of: context)
        }
    }

    /// Returns a page with a token of the gateway's own in place of that of AWS, which is good for one push: all who
    /// waited for the fetch get the page.
    private func withOwnToken(_ response: Response, _ page: RecordsPage?) -> Response {
        guard let tokens = pipeline.currentRuntime.value.sessionTokens, let literal = page?.sessionToken
        else {
            return response
        }
        var response = response
        let token = tokens.mint(for: key.dataset, now: pipeline.clock.wall() / 1_000_000_000)
        response.body.replaceSubrange(literal, with: "\"\(token)\"".utf8)
        return response
    }

    /// Returns the refusal of a count in the words of the service, which refused the count above.
    func refuse(_ unknown: UnknownCount) -> OutgoingResponse {
        var context = context
        context.recordRefusedCount()
        let response = APIError.invalidParameter(unknown.message).response(form: context.form)
        // It is in the caller's form already.
        context.form = .rest
        return pipeline.finish(response, of: context)
    }

    /// Returns a stale response in place of an error; nil where that is not allowed.
    ///
    /// A caller that asks for a revalidated response gets the error (RFC 9111, section 5.2.1.4).
    func replacement(for completion: RecordsCache.FetchCompletion) -> OutgoingResponse? {
        guard let state = completion.result.stale, completion.forwarded.mayBeReplaced,
            !context.wantsRevalidation,
            let rendered = pipeline.currentRuntime.value.renderer.render(
                key,
                from: state,
                clock: pipeline.clock
            )
        else { return nil }
        var context = context
        context.recordStale(state, because: .staleIfError)
        return pipeline.finish(rendered.page, of: context)
    }
}

extension RecordsCache.FetchCompletion {
    /// Returns whether upstream's response is what it would have sent to this read.
    fileprivate func isResponse(to key: PageKey) -> Bool {
        guard since == key.since, key.cursor == nil else { return false }
        guard let page = forwarded.page else { return true }
        return page.nextToken == nil && page.records.count <= key.maxResults ?? .max
    }
}

import CognitoSync
import Messages
import Policy
import Serving
import WebTokens

/// The recognition of the caller of a request, before its bucket is charged and before anything is looked up.
extension Pipeline {
    /// A token that has to be verified before its caller is known.
    struct PendingToken: Sendable {
        let token: [UInt8]
        let marks: CallerMarks
        let source: PresentedCredentials.Source
        let tokens: any TokenVerification
    }

    /// Recognises the caller as far as that takes no time.
    ///
    /// - Returns: The token to verify first; nil where the caller is known, or need not be.
    /// - Throws: `unknownCaller`.
    func recognise(
        _ request: Request,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingToken? {
        guard let rules = context.runtime.callers else { return nil }
        let presented = PresentedCredentials(request, under: rules)
        if let known = remembered(presented.source, of: context.caller, under: rules) {
            context.recordCaller(known)
            return nil
        }
        do throws(CallerFault) {
            var marks = rules.marks(of: context.caller)
            if let key = presented.key { marks.texts.append(try rules.mark(ofKey: key)) }
            if let token = presented.token, let tokens = rules.tokens {
                return PendingToken(token: token, marks: marks, source: presented.source, tokens: tokens)
            }
            let known = try rules.conclude(marks, until: Instant(nanoseconds: .max))
            conclude(known, from: presented.source, context: &context)
        } catch {
            try refuse(error, under: rules, context: &context)
        }
        return nil
    }

    /// Verifies a token on a thread that serves no connection, and concludes from its claims.
    ///
    /// - Returns: The refusal; nil where the request goes on.
    func recognised(_ unverified: PendingToken, context: inout RequestContext) async -> GatewayError? {
        do throws(GatewayError) {
            try await recognise(unverified, context: &context)
            return nil
        } catch {
            return error
        }
    }

    /// Does so, or throws `unknownCaller`.
    private func recognise(
        _ unverified: PendingToken,
        context: inout RequestContext
    ) async throws(GatewayError) {
        guard let rules = context.runtime.callers else { return }
        do throws(CallerFault) {
            let verified: VerifiedToken
            do throws(TokenFault) {
                verified = try await verify(unverified)
            } catch {
                throw .token(error)
            }
            var marks = unverified.marks
            marks.texts.append(CandidateText.token(issuer: verified.issuerName, caller: verified.caller))
            marks.own = verified.identities.compactMap { IdentityID($0) }
            let rest = verified.expires.subtractingReportingOverflow(clock.wall() / 1_000_000_000)
                .partialValue
            let memory = min(CallerRules.memory, max(0, min(rest, 3600)) * 1_000_000_000)
            let until = clock.monotonic().advanced(byNanoseconds: memory)
            let known = try rules.conclude(marks, until: until)
            conclude(known, from: unverified.source, context: &context)
        } catch {
            try refuse(error, under: rules, context: &context)
        }
    }

    private func verify(_ unverified: PendingToken) async throws(TokenFault) -> VerifiedToken {
        let now = clock.wall() / 1_000_000_000
        let result: Result<VerifiedToken, TokenFault> = await withTaskExecutorPreference(
            globalConcurrentExecutor
        ) {
            do throws(TokenFault) {
                return .success(try await unverified.tokens.verified(unverified.token, now: now))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Checks an operation against the grants of its caller.
    ///
    /// - Throws: `denied`, the same for all reasons.
    func authorise(_ operation: Operation, context: inout RequestContext) throws(GatewayError) {
        do throws(GatewayError) {
            try context.runtime.authorise(operation)
        } catch {
            // Named callers learn nothing from which rule refuses them.
            throw context.known?.number == nil ? error : .denied
        }
        guard let rules = context.runtime.callers,
            let refusal = rules.refusal(of: operation, by: context.known)
        else { return }
        callerNotices?.record(refusal, of: operation, by: context.known, dryRun: rules.dryRun)
        context.isMemorable = false
        guard rules.dryRun else { throw .denied }
    }

    /// Returns the caller that was recognised before by the same source.
    private func remembered(
        _ source: PresentedCredentials.Source,
        of caller: Caller,
        under rules: CallerRules
    ) -> KnownCaller? {
        let now = clock.monotonic()
        return switch source {
        case .connection: KnownCaller.noted(by: caller, nil, generation: rules.generation, now: now)
        case .single(let credential):
            known(by: credential, of: caller, generation: rules.generation, now: now)
        case .mixed: nil
        }
    }

    /// Returns the caller that was recognised before by a credential, on this connection or on another one.
    ///
    /// A conclusion from another connection holds if the credential is the only mark of both.
    func known(
        by credential: CallerCredential,
        of caller: Caller,
        generation: UInt64,
        now: Instant
    ) -> KnownCaller? {
        if let known = KnownCaller.noted(by: caller, credential, generation: generation, now: now) {
            return known
        }
        guard !caller.isNamed,
            let known = fastPath?.callers.find(credential, generation: generation, now: now)
        else {
            return nil
        }
        caller.notes.remember(known, for: credential)
        return known
    }

    /// Takes a conclusion over, and remembers it.
    private func conclude(
        _ known: KnownCaller?,
        from source: PresentedCredentials.Source,
        context: inout RequestContext
    ) {
        guard let known else { return }
        context.recordCaller(known)
        switch source {
        case .connection:
            context.caller.notes.remember(known, for: nil)
        case .single(let credential):
            context.caller.notes.remember(known, for: credential)
            if !context.caller.isNamed { fastPath?.callers.remember(known, for: credential) }
        case .mixed: break
        }
    }

    /// Refuses a caller that is not known, or lets it pass in a dry run.
    private func refuse(
        _ fault: CallerFault,
        under rules: CallerRules,
        context: inout RequestContext
    ) throws(GatewayError) {
        callerNotices?.record(fault, from: context.caller, dryRun: rules.dryRun)
        context.isMemorable = false
        guard !rules.dryRun else { return }
        // A refusal is not free.
        if !context.isAddressCharged { admission.chargeCaller(context.caller, now: clock.monotonic()) }
        throw .unknownCaller
    }
}

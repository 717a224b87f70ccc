internal import Messages

extension ValueCodec where Value == [Configuration.NamedCaller]? {
    /// A codec of lists of callers, and of nothing: then callers have no names.
    static var namedCallers: Self {
        let list = ValueCodec<[Configuration.NamedCaller]>.callerList
        var codec = Self(
            noun: list.noun,
            form: list.form + ", or nothing",
            read: { input in
                guard input != .empty else { return .some(nil) }
                return list.read(input).map { Optional($0) }
            },
            show: { $0.map(list.show) ?? "" }
        )
        .allowing("\(list.noun): \(list.form), or nothing", list.schema)
        codec.refusals = list.refusals
        return codec
    }
}

extension ValueCodec where Value == [Configuration.NamedCaller] {
    fileprivate static var callerList: Self {
        entries(
            "a list of at most \(Configuration.NamedCaller.most) callers",
            form: "[{ name: profile, is: [key:profile], may: [{ operations: read }] }]",
            most: Configuration.NamedCaller.most,
            of: .namedCaller,
            check: { $0.doubleNames + $0.doubleCandidates }
        )
    }
}

extension [Configuration.NamedCaller] {
    fileprivate var doubleNames: [ValueRefusal] {
        var seen: Set<String> = []
        return enumerated().compactMap { index, caller in
            guard !seen.insert(caller.name).inserted else { return nil }
            return ValueRefusal("is the name of another caller", allowed: "a name for each caller")
                .under(.member("name")).under(.element(index))
        }
    }

    fileprivate var doubleCandidates: [ValueRefusal] {
        var owners: [CallerCandidate: String] = [:]
        var refusals: [ValueRefusal] = []
        for (index, caller) in enumerated() {
            for (place, candidate) in caller.candidates.enumerated() {
                guard let owner = owners.updateValue(caller.name, forKey: candidate), owner != caller.name
                else {
                    continue
                }
                refusals.append(
                    ValueRefusal(
                        "is the caller \(Quotation.text(owner)) already",
                        allowed: "each candidate at one caller"
                    )
                    .under(.element(place)).under(.member("is")).under(.element(index))
                )
            }
        }
        return refusals
    }
}

extension ValueCodec where Value == Configuration.NamedCaller {
    fileprivate static var namedCaller: Self {
        mapping(
            "a caller",
            form: "{ name: profile, is: [key:profile], may: [{ operations: read }] }",
            members: [
                ("name", ValueCodec<String>.shortName.schema),
                ("is", ValueCodec<[CallerCandidate]>.candidates.schema),
                ("may", ValueCodec<[Configuration.CallerGrant]>.grants.schema),
                ("throttle", .optional(ValueCodec<Configuration.CallerThrottle>.callerThrottle.schema)),
                ("in_flight", .optional(inFlight.schema)),
            ],
            required: 3,
            read: { reader in
                let name = reader.required("name", .shortName)
                let candidates = reader.required("is", .candidates)
                let grants = reader.required("may", .grants)
                let throttle = reader.optional("throttle", .callerThrottle)
                let inFlight = reader.optional("in_flight", inFlight)
                guard let name, let candidates, let grants else { return nil }
                return Configuration.NamedCaller(
                    name: name,
                    candidates: candidates,
                    grants: grants,
                    throttle: throttle,
                    inFlight: inFlight
                )
            },
            show: { caller in
                var members = [
                    (name: "name", text: YAMLText.scalar(caller.name)),
                    (name: "is", text: YAMLText.list(caller.candidates.map(\.text))),
                    (name: "may", text: ValueCodec<[Configuration.CallerGrant]>.grants.show(caller.grants)),
                ]
                if let throttle = caller.throttle {
                    members.append(
                        ("throttle", ValueCodec<Configuration.CallerThrottle>.callerThrottle.show(throttle))
                    )
                }
                if let inFlight = caller.inFlight { members.append(("in_flight", String(inFlight))) }
                return members
            }
        )
    }

    private static var inFlight: ValueCodec<Int> { .integer(1...1 << 20) }
}

extension ValueCodec where Value == Configuration.CallerThrottle {
    fileprivate static var callerThrottle: Self {
        let (rate, burst) = (
            ValueCodec<TokenRate>.rate(Configuration.Bound.rates),
            ValueCodec<Int64>.count(Configuration.Bound.bursts)
        )
        return mapping(
            "a rate with a burst",
            form: "{ rate: 200/s, burst: 400 }",
            members: [("rate", rate.schema), ("burst", burst.schema)],
            required: 2,
            read: { reader in
                let (rate, burst) = (reader.required("rate", rate), reader.required("burst", burst))
                guard let rate, let burst else { return nil }
                let most = TokenRate.greatestPerSecond / rate.fraction.seconds
                guard burst <= most else {
                    reader.refuse("is too much for the rate \(rate)", at: "burst", write: "\(most) or less")
                    return nil
                }
                return Configuration.CallerThrottle(rate: rate, burst: burst)
            },
            show: { [("rate", "\($0.rate)"), ("burst", "\($0.burst)")] }
        )
    }
}

extension ValueCodec where Value == [CallerCandidate] {
    /// A codec of lists of candidates.
    fileprivate static var candidates: Self {
        let read: @Sendable (String) -> CallerCandidate? = { CallerCandidate($0) }
        let noun = "a list of 1 to \(Configuration.NamedCaller.mostCandidates) candidates"
        let form = "[spiffe://prod/ns/profile/sa/default, dns:NAME, key:NAME, jwt:ISSUER:CALLER, uid:1000]"
        var codec = Self(
            noun: noun,
            form: "some of " + form,
            read: { input in
                input.elements(read)
                    .flatMap { $0.count <= Configuration.NamedCaller.mostCandidates ? $0 : nil }
            },
            show: { YAMLText.list($0.map(\.text)) }
        )
        .allowing(
            "\(noun), such as some of \(form)",
            .list(.pattern("^([a-z][a-z0-9+.-]*:[!-~]+|[A-Za-z0-9._-]+)$"))
        )
        codec.refusal = { input in
            if let refusal = CandidateGuess.refusal(input) { return refusal }
            if let refusal = input.refusal("a candidate", read) { return refusal }
            let count = input.texts?.count ?? 0
            let most = Configuration.NamedCaller.mostCandidates
            return count > most ? ValueRefusal("has more than \(most) elements") : nil
        }
        return codec
    }
}

extension ValueCodec where Value == [Configuration.TokenIssuer] {
    /// A codec of lists, perhaps empty, of the issuers of tokens; their names and issuers differ.
    static var tokenIssuers: Self {
        entries(
            "a list of at most \(Configuration.TokenIssuer.most) issuers",
            form: "[{ name: cluster, issuer: https://HOST, audiences: [syncgate] }]",
            most: Configuration.TokenIssuer.most,
            of: .tokenIssuer,
            check: { issuers in
                var (names, texts): (Set<String>, Set<String>) = ([], [])
                return issuers.enumerated().compactMap { index, issuer in
                    func double(_ member: String) -> ValueRefusal {
                        ValueRefusal("is the \(member) of another entry", allowed: "another \(member)")
                            .under(.member(member)).under(.element(index))
                    }
                    guard names.insert(issuer.name).inserted else { return double("name") }
                    return texts.insert(issuer.issuer).inserted ? nil : double("issuer")
                }
            }
        )
    }
}

extension ValueCodec where Value == Configuration.TokenIssuer {
    fileprivate static var tokenIssuer: Self {
        mapping(
            "an issuer of tokens",
            form: "{ name: cluster, issuer: https://HOST, audiences: [syncgate] }",
            members: [
                ("name", ValueCodec<String>.shortName.schema),
                ("issuer", ValueCodec<String>.issuerURL.schema),
                ("audiences", .optional(.list(.text))),
                ("jwks", .optional(ValueCodec<Configuration.KeySetSource>.keySet.schema)),
                (
                    "algorithms",
                    .optional(.list(.words(Configuration.TokenAlgorithm.allCases.map(\.rawValue))))
                ),
                ("caller", .optional(ValueCodec<String>.claim.schema)), ("leeway", .optional(.duration)),
                ("token_use", .optional(.words(Configuration.TokenUse.allCases.map(\.rawValue)))),
                ("client_ids", .optional(.list(.text))),
                ("identity_claim", .optional(ValueCodec<String>.claim.schema)),
            ],
            required: 2,
            read: read,
            show: show
        )
    }

    private static var algorithms: ValueCodec<[Configuration.TokenAlgorithm]> {
        .list("a list of algorithms", of: Configuration.TokenAlgorithm.allCases)
    }

    private static var leeway: ValueCodec<Duration> { .duration(.zero...Configuration.Bound.minute * 5) }

    @Sendable
    private static func read(_ reader: inout MappingReader) -> Configuration.TokenIssuer? {
        let name = reader.required("name", .shortName)
        let url = reader.required("issuer", .issuerURL)
        guard let name, let url else {
            reader.check()
            return nil
        }
        var issuer = Configuration.TokenIssuer(name: name, issuer: url)
        reader.read(&issuer)
        if issuer.audiences.isEmpty, issuer.tokenUse == nil, issuer.clientIDs.isEmpty {
            reader.refuse("has no audiences", write: "audiences: [syncgate], or token_use or client_ids")
        }
        if issuer.isOfUserPool, issuer.tokenUse == .access, !issuer.audiences.isEmpty {
            let reason = "has audiences, which access tokens of a user pool do not have"
            reader.refuse(reason, write: "client_ids: […] in place of audiences")
        }
        return issuer
    }

    @Sendable
    private static func show(_ issuer: Configuration.TokenIssuer) -> [(name: String, text: String)] {
        var members = [
            (name: "name", text: YAMLText.scalar(issuer.name)),
            (name: "issuer", text: YAMLText.scalar(issuer.issuer)),
        ]
        if !issuer.audiences.isEmpty { members.append(("audiences", YAMLText.list(issuer.audiences))) }
        members += [
            ("jwks", ValueCodec<Configuration.KeySetSource>.keySet.show(issuer.keys)),
            ("algorithms", algorithms.show(issuer.algorithms)), ("caller", YAMLText.scalar(issuer.caller)),
            ("leeway", leeway.show(issuer.leeway)),
        ]
        if let use = issuer.tokenUse { members.append(("token_use", use.rawValue)) }
        if !issuer.clientIDs.isEmpty { members.append(("client_ids", YAMLText.list(issuer.clientIDs))) }
        if let claim = issuer.identityClaim { members.append(("identity_claim", YAMLText.scalar(claim))) }
        return members
    }
}

extension MappingReader {
    /// Takes the members of an issuer that need not be there.
    fileprivate mutating func read(_ issuer: inout Configuration.TokenIssuer) {
        issuer.audiences = optional("audiences", .claimValues, else: [])
        issuer.keys = optional("jwks", .keySet, else: issuer.keys)
        let algorithms = ValueCodec.list("a list of algorithms", of: Configuration.TokenAlgorithm.allCases)
        issuer.algorithms = optional("algorithms", algorithms, else: issuer.algorithms)
        issuer.caller = optional("caller", .claim, else: issuer.caller)
        let leeway = ValueCodec.duration(.zero...Configuration.Bound.minute * 5)
        issuer.leeway = optional("leeway", leeway, else: issuer.leeway)
        issuer.tokenUse = optional("token_use", .choice)
        issuer.clientIDs = optional("client_ids", .claimValues, else: [])
        issuer.identityClaim = optional("identity_claim", .claim)
    }

    /// Looks for faults in the members of an issuer whose name or URL is wrong.
    fileprivate mutating func check() {
        var issuer = Configuration.TokenIssuer(name: "", issuer: "")
        read(&issuer)
    }
}

extension ValueCodec where Value == String {
    /// A codec of the names of claims.
    fileprivate static var claim: Self {
        let form = "the name of a claim: 1 to 128 printable characters, such as sub"
        return text("the name of a claim", form: form) { ValueCodec<String>.name.read(.scalar($0)) != nil }
            .allowing(form, .text)
    }
}

extension ValueCodec where Value == [String] {
    /// A codec of lists of texts that a claim may have.
    fileprivate static var claimValues: Self {
        let read: @Sendable (String) -> String? = { ValueCodec<String>.file.read(.scalar($0)) }
        let form = "a list such as [syncgate]"
        var codec = Self(
            noun: "a list of texts",
            form: form,
            read: { $0.elements(read) },
            show: { YAMLText.list($0) }
        )
        .allowing(form, .list(.text))
        codec.refusal = { $0.refusal("a text", read) }
        return codec
    }
}

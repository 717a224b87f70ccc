internal import CognitoSync

extension ValueCodec where Value == [Configuration.CallerGrant] {
    /// A codec of lists of grants, perhaps empty; their names differ.
    static var grants: Self {
        entries(
            "a list of at most \(Configuration.NamedCaller.mostGrants) grants",
            form: "[{ operations: read, identity_pools: [us-east-1:0ab1…] }]",
            most: Configuration.NamedCaller.mostGrants,
            of: .grant,
            check: { grants in
                var seen: Set<String> = []
                return grants.enumerated().compactMap { index, grant in
                    guard let name = grant.name, !seen.insert(name).inserted else { return nil }
                    return ValueRefusal("is the name of another grant", allowed: "a name for each grant")
                        .under(.member("name")).under(.element(index))
                }
            }
        )
    }
}

extension ValueCodec where Value == Configuration.CallerGrant {
    fileprivate static var grant: Self {
        mapping(
            "a grant",
            form: "{ operations: read }, perhaps with name, identity_pools, identities and datasets",
            members: [
                ("operations", ValueCodec<Allowance<OperationName>>.grantedOperations.schema),
                ("identity_pools", .optional(ValueCodec<Allowance<IdentityPoolID>>.identityPools.schema)),
                (
                    "identities",
                    .optional(ValueCodec<Configuration.GrantedIdentities>.grantedIdentities.schema)
                ),
                ("datasets", .optional(ValueCodec<Allowance<String>>.datasets.schema)),
                ("name", .optional(ValueCodec<String>.shortName.schema)),
            ],
            required: 1,
            read: { reader in
                let name = reader.optional("name", .grantName)
                let operations = reader.required("operations", .grantedOperations)
                let pools = reader.optional("identity_pools", .identityPools, else: .all)
                let identities = reader.optional("identities", .grantedIdentities, else: .all)
                let datasets = reader.optional("datasets", .datasets, else: .all)
                return operations.map {
                    Configuration.CallerGrant(
                        name: name,
                        operations: $0,
                        identityPools: pools,
                        identities: identities,
                        datasets: datasets
                    )
                }
            },
            show: { grant in
                let name = grant.name.map { [(name: "name", text: YAMLText.scalar($0))] } ?? []
                return name + [
                    (
                        "operations",
                        ValueCodec<Allowance<OperationName>>.grantedOperations.show(grant.operations)
                    ),
                    (
                        "identity_pools",
                        ValueCodec<Allowance<IdentityPoolID>>.identityPools.show(grant.identityPools)
                    ),
                    (
                        "identities",
                        ValueCodec<Configuration.GrantedIdentities>.grantedIdentities.show(grant.identities)
                    ),
                    ("datasets", ValueCodec<Allowance<String>>.datasets.show(grant.datasets)),
                ]
            }
        )
    }
}

extension ValueCodec where Value == Allowance<OperationName> {
    /// A codec of operations, in which the names of groups stand for their operations.
    fileprivate static var grantedOperations: Self {
        let groups = OperationGroup.allCases.map(\.rawValue)
        let names = groups + OperationName.allCases.map(\.rawValue)
        let form = "[ListRecords, UpdateRecords], with \(groups.joined(separator: ", ")) for groups"
        let codec = ValueCodec<Allowance<String>>.allowance(
            "a list of operations",
            form: form,
            element: "an operation or a group",
            names: names,
            read: { names.contains($0) ? $0 : nil },
            show: { $0 }
        )
        var operations = Self(
            noun: codec.noun,
            form: codec.form,
            read: { input in
                switch codec.read(input) {
                case nil: nil
                case .all?: .all
                case .only(let names)?: .only(Set(names.flatMap(OperationGroup.operations)))
                }
            },
            show: ValueCodec<Allowance<OperationName>>.operations.show
        )
        .allowing(codec.allowed, codec.schema)
        operations.refusal = codec.refusal
        return operations
    }
}

extension OperationGroup {
    /// Returns the operations of a group, or the one of a name.
    fileprivate static func operations(_ name: String) -> [OperationName] {
        OperationGroup(rawValue: name)?.operations ?? OperationName(rawValue: name).map { [$0] } ?? []
    }
}

extension ValueCodec where Value == Configuration.GrantedIdentities {
    /// A codec of `all`, `own` and lists of identities.
    fileprivate static var grantedIdentities: Self {
        let list = ValueCodec<Allowance<IdentityID>>.allowance(
            "a list of identities",
            form: "[us-east-1:0ab1…]",
            element: "an identity ID",
            names: nil,
            read: { IdentityID($0) },
            show: \.text
        )
        var codec = Self(
            noun: list.noun,
            form: "own, " + list.form,
            read: { input in
                guard input != .scalar("own") else { return .own }
                switch list.read(input) {
                case nil: return nil
                case .all?: return .all
                case .only(let identities)?: return .only(identities)
                }
            },
            show: { identities in
                switch identities {
                case .all: "all"
                case .own: "own"
                case .only(let identities): YAMLText.list(identities.map(\.text).sorted())
                }
            }
        )
        .allowing(
            "own, " + list.form,
            .either([.words(["all", "own"]), .list(.pattern("^[A-Za-z0-9_-]+:[0-9a-f-]+$"))])
        )
        codec.refusal = { input in
            if case .list(let elements) = input, elements.contains(.scalar("own")) {
                return ValueRefusal("has own in brackets", "own", repeatsValue: false)
            }
            return list.refusal(input)
        }
        return codec
    }
}

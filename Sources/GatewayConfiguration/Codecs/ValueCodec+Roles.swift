internal import CognitoSync
internal import CredentialSources

extension ValueCodec where Value == String {
    static var roleARN: Self {
        text("the ARN of a role", form: "arn:aws:iam::ACCOUNT:role/NAME", where: AssumedRole.isARN)
            .allowing("arn:aws:iam::ACCOUNT:role/NAME", .pattern("^arn:[!-~]+$"))
    }

    static var externalID: Self {
        text(
            "an external ID",
            form: "2 to 1224 letters, digits and _+=,.@:/-",
            where: AssumedRole.isExternalID
        )
        .allowing("2 to 1224 letters, digits and _+=,.@:/-", .pattern("^[A-Za-z0-9_+=,.@:/-]{2,1224}$"))
    }

    static var sessionName: Self {
        text(
            "the name of a session",
            form: "2 to 64 letters, digits and _+=,.@-",
            where: AssumedRole.isSessionName
        )
        .allowing(
            "2 to 64 letters, digits and _+=,.@-",
            .pattern("^[A-Za-z0-9_+=,.@-]{2,64}$")
        )
    }
}

extension ValueCodec where Value == [Configuration.PoolRole] {
    /// A codec of lists, perhaps empty, of roles with their pools; each pool has one role at most.
    static var poolRoles: Self {
        entries(
            "a list of at most \(Configuration.PoolRole.most) roles, with each pool in one of them",
            form: "[{ identity_pools: [us-east-1:0ab1…], arn: arn:aws:iam::ACCOUNT:role/NAME }], "
                + "perhaps with external_id and source: default, or "
                + CredentialsSourceName.searched.map(\.rawValue).joined(separator: ", "),
            most: Configuration.PoolRole.most,
            of: .poolRole,
            check: { roles in
                var pools: Set<IdentityPoolID> = []
                return roles.enumerated().compactMap { index, role in
                    defer { pools.formUnion(role.identityPools) }
                    guard !pools.isDisjoint(with: role.identityPools) else { return nil }
                    let allowed = "each pool in one role"
                    return ValueRefusal("has a pool of another role", element: index, allowed: allowed)
                }
            }
        )
    }
}

extension ValueCodec where Value == Configuration.PoolRole {
    fileprivate static var poolRole: Self {
        mapping(
            "a role with its pools",
            form: "{ identity_pools: [us-east-1:0ab1…], arn: arn:aws:iam::ACCOUNT:role/NAME }",
            members: [
                ("identity_pools", .list(.text)), ("arn", ValueCodec<String>.roleARN.schema),
                ("external_id", .optional(ValueCodec<String>.externalID.schema)),
                ("source", .optional(.words(sources))),
            ],
            required: 2,
            read: { reader in
                let pools = reader.required("identity_pools", .poolList)
                let arn = reader.required("arn", .roleARN)
                let externalID = reader.optional("external_id", .externalID)
                let source = reader.optional("source", .source, else: nil)
                guard let pools, let arn else { return nil }
                return Configuration.PoolRole(
                    identityPools: pools,
                    arn: arn,
                    externalID: externalID,
                    source: source
                )
            },
            show: { role in
                var members = [
                    (name: "identity_pools", text: YAMLText.list(role.identityPools.map(\.text))),
                    (name: "arn", text: YAMLText.scalar(role.arn)),
                ]
                if let externalID = role.externalID {
                    members.append(("external_id", YAMLText.scalar(externalID)))
                }
                members.append(("source", role.source?.rawValue ?? "default"))
                return members
            }
        )
    }

    private static var sources: [String] { ["default"] + CredentialsSourceName.searched.map(\.rawValue) }
}

extension ValueCodec where Value == [IdentityPoolID] {
    fileprivate static var poolList: Self {
        let read: @Sendable (String) -> IdentityPoolID? = { IdentityPoolID($0) }
        var codec = Self(
            noun: "a list of identity pool IDs",
            form: "a list such as [us-east-1:0ab1…]",
            read: { $0.elements(read) },
            show: { YAMLText.list($0.map(\.text)) }
        )
        codec.refusal = { $0.refusal("an identity pool ID", read) }
        return codec
    }
}

extension ValueCodec where Value == CredentialsSourceName? {
    /// A codec of sources; nil is `default`, the credentials of the gateway.
    fileprivate static var source: Self {
        let names = ["default"] + CredentialsSourceName.searched.map(\.rawValue)
        return Self(
            noun: "a source of credentials",
            form: names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])",
            read: { input in
                guard case .scalar(let name) = input, names.contains(name) else { return nil }
                return .some(CredentialsSourceName.searched.first { $0.rawValue == name })
            },
            show: { $0?.rawValue ?? "default" }
        )
        .refusing { .word("is not a source of credentials", $0, among: names) }
    }
}

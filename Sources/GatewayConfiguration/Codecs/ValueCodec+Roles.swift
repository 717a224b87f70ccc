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
        var codec = Self(
            noun: "a list of at most \(Configuration.PoolRole.most) roles, with each pool in one of them",
            form: "[{ identity_pools: [us-east-1:0ab1…], arn: arn:aws:iam::ACCOUNT:role/NAME }], "
                + "perhaps with external_id and source: default, or "
                + CredentialsSourceName.searched.map(\.rawValue).joined(separator: ", "),
            read: { input in
                let entries: [[String: ValueInput]]
                switch input {
                case .empty, .list([]): return []
                case .entries(let given): entries = given
                case .scalar, .list: return nil
                }
                let roles = entries.compactMap(role)
                let pools = roles.flatMap(\.identityPools)
                guard roles.count == entries.count, roles.count <= Configuration.PoolRole.most,
                    Set(pools).count == pools.count
                else { return nil }
                return roles
            },
            show: { roles in
                "[" + roles.map(text).joined(separator: ", ") + "]"
            }
        )
        .allowing(
            nil,
            .entries(
                [
                    ("identity_pools", .list(.text)), ("arn", ValueCodec<String>.roleARN.schema),
                    ("external_id", .optional(ValueCodec<String>.externalID.schema)),
                    (
                        "source",
                        .optional(.words(["default"] + CredentialsSourceName.searched.map(\.rawValue)))
                    ),
                ],
                required: 2
            )
        )
        codec.refusal = { input in
            guard case .entries(let entries) = input else { return nil }
            return refusal(entries)
        }
        return codec
    }

    private static let members = ["identity_pools", "arn", "external_id", "source"]

    /// Returns the reason why a list of roles is refused: its first wrong element.
    private static func refusal(_ entries: [[String: ValueInput]]) -> ValueRefusal? {
        var pools: Set<IdentityPoolID> = []
        for (index, entry) in entries.enumerated() {
            func refused(_ reason: String) -> ValueRefusal { ValueRefusal(reason, element: index) }
            guard entry.keys.allSatisfy(members.contains) else {
                return refused("has a member that is none of \(members.joined(separator: ", "))")
            }
            guard let given = entry["identity_pools"]?.elements({ IdentityPoolID($0) }) else {
                return refused("has no identity_pools that are a list of identity pool IDs")
            }
            guard entry["arn"].flatMap(ValueCodec<String>.roleARN.read) != nil else {
                return refused("has no arn of a role")
            }
            guard role(entry) != nil else { return refused("has an external_id or a source that is none") }
            guard pools.isDisjoint(with: given) else { return refused("has a pool of another role") }
            pools.formUnion(given)
        }
        return nil
    }

    private static func role(_ entry: [String: ValueInput]) -> Configuration.PoolRole? {
        guard entry.keys.allSatisfy(members.contains),
            let pools = entry["identity_pools"]?.elements({ IdentityPoolID($0) }),
            let arn = entry["arn"].flatMap(ValueCodec<String>.roleARN.read),
            let externalID = ValueCodec<String?>.optional(.externalID).read(entry["external_id"] ?? .empty)
        else { return nil }
        var role = Configuration.PoolRole(identityPools: pools, arn: arn, externalID: externalID)
        switch entry["source"] {
        case nil, .empty?, .scalar("default")?: return role
        case .scalar(let name)?:
            role.source = CredentialsSourceName.searched.first { $0.rawValue == name }
            return role.source == nil ? nil : role
        case .list?, .entries?: return nil
        }
    }

    private static func text(_ role: Configuration.PoolRole) -> String {
        var parts = [
            "identity_pools: " + YAMLText.list(role.identityPools.map(\.text)),
            "arn: " + YAMLText.scalar(role.arn),
        ]
        if let externalID = role.externalID { parts.append("external_id: " + YAMLText.scalar(externalID)) }
        parts.append("source: \(role.source?.rawValue ?? "default")")
        return "{ " + parts.joined(separator: ", ") + " }"
    }
}

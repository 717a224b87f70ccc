/// The name-spaced GUID of an identity pool: 1 to 55 bytes of `[\w-]+:[0-9a-f-]+`, ASCII only.
///
/// Source: `IdentityPoolId` in the API model. The pattern is matched over bytes: a Unicode regex engine would
/// let `\w` match letters that the service refuses.
package struct IdentityPoolID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.identity.allows(text) else { return nil }
        self.text = text
    }
}

/// The name-spaced GUID of an identity: 1 to 55 bytes of `[\w-]+:[0-9a-f-]+`, ASCII only.
package struct IdentityID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.identity.allows(text) else { return nil }
        self.text = text
    }
}

/// A dataset's name: 1 to 128 bytes of `[a-zA-Z0-9_.:-]+`, and neither `.` nor `..`.
package struct DatasetName: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.datasetName.allows(text) else { return nil }
        self.text = text
    }
}

/// A device's id: 1 to 256 characters, without `/`, `\`, `%` and control characters, neither `.` nor `..`.
///
/// The model has no pattern for it, but it is a path segment. Two ids are equal if their bytes are: Swift
/// would take a composed and a decomposed letter for the same.
package struct DeviceID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.deviceID.allows(text) else { return nil }
        self.text = text
    }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// An identity within its pool.
package struct IdentityScope: Hashable, Sendable {
    package let pool: IdentityPoolID
    package let identity: IdentityID
    /// Of both, made once: each request is looked up by its identity several times.
    private let digest: Int

    package init(pool: IdentityPoolID, identity: IdentityID) {
        self.pool = pool
        self.identity = identity
        var hasher = Hasher()
        hasher.combine(pool)
        hasher.combine(identity)
        digest = hasher.finalize()
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// A dataset of an identity: what has a sync count.
package struct DatasetScope: Hashable, Sendable {
    package let owner: IdentityScope
    package let dataset: DatasetName

    package init(owner: IdentityScope, dataset: DatasetName) {
        self.owner = owner
        self.dataset = dataset
    }
}

/// The two parameters that every listing has.
package struct Paging: Hashable, Sendable {
    /// As the caller gave it; the model has no bounds for it.
    package var maxResults: Int64?
    /// Opaque; printable ASCII, never empty.
    package var nextToken: String?

    package init(maxResults: Int64? = nil, nextToken: String? = nil) {
        self.maxResults = maxResults
        self.nextToken = nextToken
    }
}

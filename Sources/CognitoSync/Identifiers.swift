/// The name-spaced GUID of an identity pool: 1 to 55 bytes of `[\w-]+:[0-9a-f-]+`, ASCII only.
///
/// Source: `IdentityPoolId` in the API model. The pattern is matched over bytes: a Unicode regex engine would
/// let `\w` match letters that the service refuses.
package struct IdentityPoolID: Hashable, Sendable {
    package let text: String
}

/// The name-spaced GUID of an identity: 1 to 55 bytes of `[\w-]+:[0-9a-f-]+`, ASCII only.
package struct IdentityID: Hashable, Sendable {
    package let text: String
}

/// A dataset's name: 1 to 128 bytes of `[a-zA-Z0-9_.:-]+`, and neither `.` nor `..`.
package struct DatasetName: Hashable, Sendable {
    package let text: String
}

/// A device's id: 1 to 256 characters of any kind but `.` and `..`, since it is a path segment too.
package struct DeviceID: Hashable, Sendable {
    package let text: String
}

/// An identity within its pool.
package struct IdentityScope: Hashable, Sendable {
    package let pool: IdentityPoolID
    package let identity: IdentityID
}

/// A dataset of an identity: what has a sync count.
package struct DatasetScope: Hashable, Sendable {
    package let owner: IdentityScope
    package let dataset: DatasetName
}

/// The two parameters that every listing has.
package struct Paging: Hashable, Sendable {
    /// As the caller gave it; the model has no bounds for it.
    package var maxResults: Int64?
    /// Opaque; never empty.
    package var nextToken: String?
}

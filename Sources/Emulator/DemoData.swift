import CognitoSync

/// The initial data of the demo: a pool, two identities, and a dataset of each.
package enum DemoData {
    package static let pool = "us-east-1:11111111-2222-3333-4444-555555555555"
    package static let identity = "us-east-1:aaaaaaaa-0000-4000-8000-000000000001"
    package static let otherIdentity = "us-east-1:aaaaaaaa-0000-4000-8000-000000000002"
    package static let dataset = "profile"

    /// Returns the records of one demo dataset; those of the two identities differ in the name only.
    static func records(name: String) -> [(key: String, value: String)] {
        [
            ("displayName", name),
            ("greeting", "Grüezi \u{1F44B} \"world\""),
            ("highScore", "4200"),
            ("settings", #"{"theme":"dark","volume":7}"#),
        ]
    }

    static func fill(_ store: inout DatasetStore, at now: Timestamp) {
        for (identity, name) in [(identity, "Ada"), (otherIdentity, "Grace")] {
            guard let scope = DatasetScope(pool: pool, identity: identity, dataset: dataset) else { continue }
            let patches = records(name: name).map { Patch(key: $0.key, value: $0.value, syncCount: 0) }
            _ = try? store.write(scope, patches, at: now)
        }
    }
}

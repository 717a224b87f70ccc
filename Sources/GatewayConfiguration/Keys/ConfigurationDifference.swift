/// The keys whose values differ between two configurations.
///
/// It is made from the list of all keys, so no key can change unseen.
package struct ConfigurationDifference: Sendable {
    /// The keys that differ, in the order of the documented file.
    package let changed: [ConfigurationKey]

    package init(from old: Configuration, to new: Configuration) {
        changed = Configuration.keys.filter { $0.show(old) != $0.show(new) }
    }

    /// The keys whose new value a reload applies.
    package var applied: [ConfigurationKey] { changed.filter { $0.restartReason == nil } }

    /// The keys whose new value waits for a restart.
    package var pending: [PendingKey] {
        changed.compactMap { key in key.restartReason.map { PendingKey(key: key.key, reason: $0) } }
    }
}

/// A key whose new value waits for a restart.
package struct PendingKey: Sendable, Equatable, Encodable {
    package let key: String
    package let reason: String

    package init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }
}

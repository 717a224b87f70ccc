/// The name-spaced GUID of an identity: 1 to 55 bytes of `[\w-]+:[0-9a-f-]+`, ASCII only.
package struct IdentityID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.identity.allows(text) else { return nil }
        self.text = text
    }
}

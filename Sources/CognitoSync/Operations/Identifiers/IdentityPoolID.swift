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

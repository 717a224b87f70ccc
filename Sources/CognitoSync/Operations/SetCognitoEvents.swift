/// The parameters of SetCognitoEvents; only ``RequestDecoder`` creates them.
package struct SetCognitoEvents: Hashable, Sendable {
    package let pool: IdentityPoolID
    /// The Lambda function of each event: at most one entry, and an empty function removes it.
    package let events: [String: String]
    package let body: [UInt8]
}

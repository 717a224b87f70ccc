/// The parameters of RegisterDevice; only ``RequestDecoder`` creates them.
package struct RegisterDevice: Hashable, Sendable {
    package let scope: IdentityScope
    package let platform: Platform
    package let token: String
    package let body: [UInt8]
}

/// The push services that a device may be registered with.
package enum Platform: String, CaseIterable, Sendable {
    case apns = "APNS"
    case apnsSandbox = "APNS_SANDBOX"
    case gcm = "GCM"
    case adm = "ADM"
}

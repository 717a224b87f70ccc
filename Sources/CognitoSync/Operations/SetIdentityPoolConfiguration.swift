/// The parameters of RegisterDevice; made by `RequestDecoder` only.
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

/// The parameters of SetCognitoEvents; made by `RequestDecoder` only.
package struct SetCognitoEvents: Hashable, Sendable {
    package let pool: IdentityPoolID
    /// Event to Lambda function; at most one, and an empty function removes it.
    package let events: [String: String]
    package let body: [UInt8]
}

/// The parameters of SetIdentityPoolConfiguration; made by `RequestDecoder` only.
package struct SetIdentityPoolConfiguration: Hashable, Sendable {
    package let pool: IdentityPoolID
    package let pushSync: PushSync?
    package let cognitoStreams: CognitoStreams?
    package let body: [UInt8]
}

/// Where push notifications of a pool go.
package struct PushSync: Hashable, Sendable {
    package var applicationARNs: [String]?
    package var roleARN: String?
}

/// The Kinesis stream that gets each change of a pool.
package struct CognitoStreams: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case enabled = "ENABLED"
        case disabled = "DISABLED"
    }

    package var streamName: String?
    package var roleARN: String?
    package var streamingStatus: Status?
}

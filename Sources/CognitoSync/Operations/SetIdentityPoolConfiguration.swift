/// The parameters of SetIdentityPoolConfiguration; only ``RequestDecoder`` creates them.
package struct SetIdentityPoolConfiguration: Hashable, Sendable {
    package let pool: IdentityPoolID
    package let pushSync: PushSync?
    package let cognitoStreams: CognitoStreams?
    package let body: [UInt8]
}

/// The destinations of the push notifications of a pool.
package struct PushSync: Hashable, Sendable {
    package var applicationARNs: [String]?
    package var roleARN: String?
}

/// The Kinesis stream that receives each change of a pool.
package struct CognitoStreams: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case enabled = "ENABLED"
        case disabled = "DISABLED"
    }

    package var streamName: String?
    package var roleARN: String?
    package var streamingStatus: Status?
}

internal import CognitoSync
internal import Logging

extension Configuration {
    /// Every key, in the order of the documented file.
    package static let keys: [ConfigurationKey] =
        listening + forwarding + credentialSources + policies + caching + tokens + metadataCache + bounds
        + throttling + reporting

    /// The keys that have no effect any more, and are still taken, with a warning.
    package static let retiredKeys = [KeyName("throttle.upstream.key")]

    /// The bounds that several keys share.
    enum Bound {
        static let instant = Duration.milliseconds(1)
        static let second = Duration.seconds(1)
        static let minute = Duration.seconds(60)
        static let hour = Duration.seconds(3600)
        static let day = Duration.seconds(86_400)
        static let rates = TokenRate(perHour: 1)...1_000_000_000
        static let bursts: ClosedRange<Int64> = 1...1_000_000_000
    }
}

extension ValueCodec where Value == Allowance<OperationName> {
    static var operations: Self {
        .allowance(
            "a list of operations",
            form: "[ListRecords, UpdateRecords]",
            element: "an operation",
            names: OperationName.allCases.map(\.rawValue),
            read: { OperationName(rawValue: $0) },
            show: \.rawValue
        )
    }
}

extension ValueCodec where Value == Allowance<IdentityPoolID> {
    static var identityPools: Self {
        .allowance(
            "a list of identity pool IDs",
            form: "[us-east-1:0ab1…]",
            element: "an identity pool ID",
            read: { IdentityPoolID($0) },
            show: \.text
        )
    }
}

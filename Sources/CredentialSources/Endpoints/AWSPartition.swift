/// A part of AWS with names of its own, found by the beginning of a region.
///
/// Source: botocore's partitions.json. A region of none of them counts as one of the first: new regions come often.
package struct AWSPartition: Sendable, Equatable {
    /// The name in the second place of an ARN.
    package let name: String
    /// The end of the usual endpoint names.
    package let suffix: String
    /// The end of the endpoint names with IPv4 and IPv6 addresses.
    package let dualStackSuffix: String

    private static let byPrefix: [(prefix: String, partition: Self)] = [
        ("cn-", Self("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn")),
        ("us-gov-", Self("aws-us-gov", "amazonaws.com", "api.aws")),
        ("us-isob-", Self("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud")),
        ("us-isof-", Self("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov")),
        ("us-iso-", Self("aws-iso", "c2s.ic.gov", "api.aws.ic.gov")),
        ("eu-isoe-", Self("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk")),
        ("eusc-", Self("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu")),
    ]
    private static let standard = Self("aws", "amazonaws.com", "api.aws")

    private init(_ name: String, _ suffix: String, _ dualStackSuffix: String) {
        self.name = name
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
    }

    package init(region: String) {
        self = Self.byPrefix.first { region.hasPrefix($0.prefix) }?.partition ?? Self.standard
    }
}

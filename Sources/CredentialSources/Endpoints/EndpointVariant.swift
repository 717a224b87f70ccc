package import Messages

/// The kind of the endpoint names: with FIPS 140 cryptography, with IPv6 addresses, both or none.
package struct EndpointVariant: Sendable, Equatable {
    package var isFIPS = false
    package var isDualStack = false

    package init(isFIPS: Bool = false, isDualStack: Bool = false) {
        self.isFIPS = isFIPS
        self.isDualStack = isDualStack
    }

    /// Returns the endpoint of STS in a region; nil if the region is no part of a host name.
    ///
    /// The endpoints in the government's regions have FIPS cryptography under their usual names.
    package func securityTokenService(region: String) -> Origin? {
        let partition = AWSPartition(region: region)
        let isPlain = !isFIPS || (partition.name == "aws-us-gov" && !isDualStack)
        return endpoint(isPlain ? "sts" : "sts-fips", region, partition)
    }

    /// Returns the endpoint of the portal of IAM Identity Center (SSO) in a region; nil as above.
    package func singleSignOn(region: String) -> Origin? {
        endpoint(isFIPS ? "portal.sso-fips" : "portal.sso", region, AWSPartition(region: region))
    }

    private func endpoint(_ name: String, _ region: String, _ partition: AWSPartition) -> Origin? {
        let suffix = isDualStack ? partition.dualStackSuffix : partition.suffix
        guard !region.isEmpty, !region.contains(".") else { return nil }
        return Origin(scheme: .https, host: "\(name).\(region).\(suffix)")
    }
}

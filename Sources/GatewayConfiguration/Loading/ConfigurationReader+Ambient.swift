internal import CredentialSources

/// The variables and files of the AWS tools: what they say about the region, and what is passed over.
extension ConfigurationReader {
    /// The variables that would lead the SDKs to another endpoint.
    ///
    /// They have no effect here: who can set a variable must not be able to move signed requests elsewhere.
    private static let endpointVariables = ["AWS_ENDPOINT_URL_COGNITO_SYNC", "AWS_ENDPOINT_URL"]

    mutating func readAmbient() {
        for variable in Self.endpointVariables where environment[variable]?.isEmpty == false {
            warn("has no effect on syncgate; give upstream.endpoint instead", at: .variable(variable))
        }
        readRegion()
    }

    /// Takes the region from `AWS_REGION`, or else from the profile, where the configuration gives none.
    private mutating func readRegion() {
        guard configuration.upstream.givenRegion == nil, let key = Self.regionKey else { return }
        let settings = SharedValues(
            environment: configuration.credentials.environment(over: environment)
        )
        if let region = settings.variable("AWS_REGION") {
            assign(key, GivenValue(override: region, .variable("AWS_REGION"), shown: Quotation.text(region)))
            return
        }
        do throws(CredentialsError) {
            guard let region = try settings.property("region") else { return }
            let location = ConfigurationLocation.wholeFile(settings.configPath)
            assign(key, GivenValue(override: region, location, shown: Quotation.text(region)))
            profileRegion = configuration.upstream.givenRegion
        } catch {
            warn("upstream.region: the profile cannot be read for it: \(error)", at: .standard(key: key.key))
        }
    }

    private static let regionKey = Configuration.keys.first { $0.key == "upstream.region" }
}

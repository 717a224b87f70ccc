/// The endpoints of Cognito Sync.
///
/// The endpoint rules of the SDKs build a name for any region. That does not mean that the endpoint exists.
package enum Endpoint {
    /// The regions of the endpoint table of the service: HTTPS only, without FIPS or dual-stack names.
    ///
    /// Source: docs.aws.amazon.com/general/latest/gr/cognito_sync.html, and botocore's endpoints.json.
    package static let regions: Set<String> = [
        "us-east-1", "us-east-2", "us-west-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2",
        "ap-southeast-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2",
    ]

    /// Returns the endpoint of a region, as the endpoint rules of the SDKs build it.
    package static func url(region: String, usesFIPS: Bool = false, usesDualStack: Bool = false) -> String {
        let service = usesFIPS ? "cognito-sync-fips" : "cognito-sync"
        return "https://\(service).\(region).\(usesDualStack ? "api.aws" : "amazonaws.com")"
    }
}

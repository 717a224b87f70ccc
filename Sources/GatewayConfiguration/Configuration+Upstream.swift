extension Configuration {
    /// The upstream, and the way to it.
    package struct Upstream: Sendable, Equatable {
        /// The region that the configuration, `AWS_REGION` or the profile gives.
        var givenRegion: String?
        package var endpoint: String?
        package var usesFIPS = false
        package var usesDualStack = false
        package var caFile: String?
        package var proxy: String?
        package var connections = 64
        /// The number of requests that may wait for a connection.
        ///
        /// With half as many as there are connections, no request waits for longer than half the time of a response.
        package var queue = 32
        /// The longest response accepted, in bytes.
        package var body = 8 << 20
        package var idle = Duration.seconds(40)
        package var maxAge = Duration.seconds(300)
        package var pacing = UpstreamPacing.adaptive
        package var timeouts = UpstreamTimeouts()

        /// Scheme and authority of upstream, without a path.
        package var origin: String {
            guard let endpoint else {
                return Endpoint.url(region: region, usesFIPS: usesFIPS, usesDualStack: usesDualStack)
            }
            return ServiceURL(endpoint)?.redacted ?? endpoint
        }

        /// The region to sign for; it names the endpoint too where none is given.
        package var region: String {
            get { givenRegion ?? "us-east-1" }
            set { givenRegion = newValue }
        }
    }

    /// The longest times that an upstream request may take.
    package struct UpstreamTimeouts: Sendable, Equatable {
        package var connect = Duration.seconds(1)
        /// The time until the response begins.
        package var firstByte = Duration.seconds(5)
        /// The time of a request with all its attempts.
        package var total = Duration.seconds(10)
    }
}

/// The answer to a 429 of AWS.
package enum UpstreamPacing: String, CaseIterable, Sendable {
    /// Calls of its kind are sent as fast as AWS takes them, and wait within their deadline.
    case adaptive
    case off
}

package import Messages
import Upstream

/// The services that sources ask, and the ways to them: real ones in the program, closures in tests.
package struct CredentialServices: Sendable {
    /// A configured endpoint in place of that of the region; for private endpoints and for tests.
    package var stsEndpoint: Origin?
    /// The configured region of STS; it wins over all others.
    package var stsRegion: String?
    /// The region of the upstream, where nothing nearer is given.
    package var region: String
    package var variant = EndpointVariant()
    /// The PEM file of the certificates to trust; nil for those of the system.
    package var caFile: String?
    /// The name of sessions without a configured one.
    package var sessionName = "syncgate"
    package var send: EndpointSend
    /// The wall clock in seconds since 1970.
    package var now: @Sendable () -> Int64
    /// Waits between two attempts.
    package var pause: @Sendable (Duration) async -> Void
    /// Runs a `credential_process`.
    package var run: ProcessRun

    package init(
        region: String,
        send: @escaping EndpointSend = EndpointSender.send,
        now: @escaping @Sendable () -> Int64,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        run: @escaping ProcessRun = { _ throws(ProcessFault) in throw .notStarted }
    ) {
        self.region = region
        self.send = send
        self.now = now
        self.pause = pause
        self.run = run
    }

    /// Returns STS as it is asked from a region; the configured region wins.
    func sts(from region: String? = nil) -> SecurityTokenService {
        SecurityTokenService(services: self, region: stsRegion ?? region ?? self.region)
    }

    /// Sends a request once.
    func outcome(of request: EndpointRequest) async -> Result<Response, UpstreamError> {
        do {
            return .success(try await send(request))
        } catch {
            return .failure(error)
        }
    }

    /// Returns a pause before an attempt after the first, by chance from half of it on: 0.2 s, then 0.4 s.
    static func backoff(after attempt: Int) -> Duration {
        .milliseconds(Int.random(in: 100...200) << min(max(attempt - 1, 0), 4))
    }
}

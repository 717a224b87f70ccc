import CognitoSync
import CredentialSources
import HTTPTypes
import Messages
import Policy
import Serving
import SigV4
import Telemetry
import TestSupport

@testable import Gateway
@testable import GatewayConfiguration

/// The pipeline with all that is behind it, a scripted upstream, and clocks that the test turns.
struct PipelineHarness {
    static let pool = "us-east-1:11111111-2222-3333-4444-555555555555"
    static let identity = "us-east-1:aaaaaaaa-0000-4000-8000-000000000001"
    static let dataset = "/identitypools/\(pool)/identities/\(identity)/datasets/profile"
    static let records = dataset + "/records"

    let clock = ManualClock()
    let upstream: ScriptedSender
    let metrics = Metrics()
    let currentRuntime: CurrentRuntime
    let recordsCache: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    let pipeline: Pipeline

    init(_ script: @escaping ScriptedSender.Script = { _ in .page(1) }) {
        self.init(configured: { _ in }, script)
    }

    init(
        configured configure: (inout Configuration) -> Void,
        credentials: any CredentialsSource = FixedCredentials(.example),
        keys: APIKeys? = nil,
        tokens: (any TokenVerification)? = nil,
        _ script: @escaping ScriptedSender.Script = { _ in .page(1) }
    ) {
        var configuration = Configuration()
        configuration.throttle.caller = .init(key: .address, rate: 1_000_000, burst: 1_000_000)
        configuration.throttle.identity = .init(key: .identity, rate: 1_000_000, burst: 1_000_000)
        configuration.throttle.upstream = .init(rate: 1_000_000, burst: 1_000_000)
        // Reads other than ListRecords are not cached, unless a test wants it.
        configuration.cache.reads = .init(all: .zero)
        configure(&configuration)
        upstream = ScriptedSender(script)
        let gatewayClock = clock.gatewayClock
        admission = Admission(configuration, now: clock.now)
        let forwarder = Forwarder(
            sender: upstream,
            credentials: credentials,
            clock: gatewayClock,
            metrics: metrics,
            meter: admission
        )
        currentRuntime = CurrentRuntime(
            Runtime(
                configuration,
                forwarder: forwarder,
                sealer: .random(),
                callers: CallerRules(
                    configuration.callers,
                    accounts: admission.accounts,
                    keys: keys,
                    tokens: tokens,
                    generation: 0
                ),
                generation: 0
            )
        )
        recordsCache = RecordsCache(limits: configuration.cacheLimits)
        metadataCache = MetadataCache(limits: configuration.readLimits)
        pipeline = Pipeline(
            currentRuntime: currentRuntime,
            recordsCache: recordsCache,
            metadataCache: metadataCache,
            admission: admission,
            reporter: RequestReporter(metrics: metrics, writer: nil),
            clock: gatewayClock
        )
    }

    /// Sends a request through the pipeline and returns the response.
    func send(_ request: Request, from caller: Caller = Caller(address: "10.0.0.1")) async -> Response {
        await response(of: pipeline.respond(to: request, from: caller))
    }

    func response(of pending: PendingResponse) async -> Response {
        switch pending {
        case .now(let outgoing): outgoing.response
        case .later(let work): await work().response
        }
    }

    func get(_ path: String = records, _ fields: [String: String] = [:]) async -> Response {
        await send(.get(path, fields))
    }

    /// Waits until no request is in flight, not even a fetch that no request waits for.
    func waitUntilIdle() async throws {
        try await eventually("no request is in flight") { admission.inFlight == 0 }
    }

    /// Returns the value of a sample of the metrics, by its name and labels.
    func metric(_ sample: String) -> Int? {
        metrics.exposition().split(separator: "\n").first { $0.hasPrefix(sample + " ") }
            .flatMap { Int($0.dropFirst(sample.count + 1)) }
    }

    /// Sends an UpdateRecords of one record.
    func update(_ path: String = dataset) async -> Response { await send(.update(path)) }
}

extension Forwarder {
    convenience init(
        sender: any RequestSender,
        credentials: any CredentialsSource = FixedCredentials(.example),
        clock: GatewayClock,
        total: Duration = .seconds(10),
        metrics: Metrics = Metrics(),
        meter: any UpstreamMeter = FreeMeter()
    ) {
        self.init(
            sender: sender,
            host: "cognito-sync.us-east-1.amazonaws.com",
            signer: Signer(region: "us-east-1", service: "cognito-sync"),
            credentials: PoolCredentials(
                CredentialsProvider(
                    chain: CredentialsChain([credentials]),
                    now: { clock.wall() / 1_000_000_000 }
                )
            ),
            clock: clock,
            total: total,
            metrics: metrics,
            meter: meter
        )
    }

    /// Forwards an operation that takes one request, under a deadline of its own.
    func forward(_ operation: Operation) async -> Forwarded {
        await forward(operation, by: deadline(), as: .admitted)
    }
}

/// A meter without buckets.
struct FreeMeter: UpstreamMeter {
    func admitRetry(of operation: Operation, now: Instant) -> ThrottleFacts { ThrottleFacts() }
    func chargeFollowUp(of operation: Operation, now: Instant) {}
}

extension Credentials {
    static let example = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"))
}

extension Request {
    static func get(_ path: String = PipelineHarness.records, _ fields: [String: String] = [:]) -> Request {
        make(.get, path, fields: fields)
    }

    static func update(_ path: String = PipelineHarness.dataset) -> Request {
        let patch = #"{"Op":"replace","Key":"k","Value":"v","SyncCount":0}"#
        return make(.post, path, #"{"SyncSessionToken":"token","RecordPatches":[\#(patch)]}"#)
    }

    static func make(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        fields: [String: String] = [:]
    ) -> Request {
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path)
        for (name, value) in fields { head.headerFields[.named(name)] = value }
        return Request(head: head, body: [UInt8](body.utf8))
    }

    /// Returns a request in the form of the sample on the reference page.
    static func target(_ operation: String, _ body: String) -> Request {
        make(
            .post,
            "/",
            body,
            fields: ["X-Amz-Target": "com.amazonaws.cognito.sync.model.AWSCognitoSyncService.\(operation)"]
        )
    }

    static func envelope(_ operation: String, _ input: String) -> Request {
        let model = "com.amazonaws.cognito.sync.model#"
        let service = model + "AWSCognitoSyncService"
        return make(
            .post,
            "/",
            #"{"Operation":"\#(model)\#(operation)","Service":"\#(service)","Input":\#(input)}"#
        )
    }
}

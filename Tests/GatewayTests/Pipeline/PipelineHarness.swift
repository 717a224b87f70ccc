import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import SigV4

@testable import Gateway

/// The pipeline with everything behind it, between a scripted origin and hand-turned clocks.
struct PipelineHarness {
    static let pool = "us-east-1:11111111-2222-3333-4444-555555555555"
    static let identity = "us-east-1:aaaaaaaa-0000-4000-8000-000000000001"
    static let dataset = "/identitypools/\(pool)/identities/\(identity)/datasets/profile"
    static let records = dataset + "/records"

    let clock = ManualClock()
    let origin: ScriptedSender
    let metrics = Metrics()
    let currentRuntime: CurrentRuntime
    let reads: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    let pipeline: Pipeline

    init(_ script: @escaping ScriptedSender.Script = { _ in .page(1) }) {
        self.init(configured: { _ in }, script)
    }

    init(
        configured configure: (inout Configuration) -> Void,
        credentials: any CredentialsSource = FixedCredentials(.example),
        _ script: @escaping ScriptedSender.Script = { _ in .page(1) }
    ) {
        var configuration = Configuration()
        configuration.throttle.caller = .init(key: .address, rate: 1_000_000, burst: 1_000_000)
        configuration.throttle.identity = .init(key: .identity, rate: 1_000_000, burst: 1_000_000)
        configuration.throttle.upstream = .init(key: .none, rate: 1_000_000, burst: 1_000_000)
        // A read that no table answers: what is not ListRecords, unless a test wants it otherwise.
        configuration.cache.reads = .init(all: .zero)
        configure(&configuration)
        let origin = ScriptedSender(script)
        self.origin = origin
        let gatewayClock = clock.gatewayClock
        let forwarder = Forwarder(
            origin: origin,
            credentials: credentials,
            clock: gatewayClock,
            metrics: metrics
        )
        currentRuntime = CurrentRuntime(Runtime(configuration, forwarder: forwarder, sealer: .random()))
        reads = RecordsCache(limits: configuration.cacheLimits)
        metadataCache = MetadataCache(limits: configuration.readLimits)
        admission = Admission(configuration, now: clock.now)
        pipeline = Pipeline(
            currentRuntime: currentRuntime,
            reads: reads,
            metadataCache: metadataCache,
            admission: admission,
            telemetry: Telemetry(metrics: metrics, writer: nil),
            clock: gatewayClock
        )
    }

    /// Hands a request over and gives what would go on the wire when it is there.
    func send(_ request: Request, from caller: Caller = Caller(address: "10.0.0.1")) async -> Response {
        await answer(pipeline.respond(to: request, from: caller))
    }

    func answer(_ answer: PendingResponse) async -> Response {
        switch answer {
        case .now(let reply): reply.response
        case .later(let work): await work().response
        }
    }

    func get(_ path: String = records, _ fields: [String: String] = [:]) async -> Response {
        await send(.get(path, fields))
    }

    /// Returns when no request is in work, not even one that nobody waits for.
    func settled() async {
        while admission.inFlight > 0 { await Task.yield() }
    }

    /// UpdateRecords of one record.
    func update(_ path: String = dataset) async -> Response { await send(.update(path)) }
}

extension Forwarder {
    convenience init(
        origin: any RequestSender,
        credentials: any CredentialsSource = FixedCredentials(.example),
        clock: GatewayClock,
        total: Duration = .seconds(10),
        metrics: Metrics = Metrics()
    ) {
        self.init(
            origin: origin,
            host: "cognito-sync.us-east-1.amazonaws.com",
            signer: Signer(region: "us-east-1", service: "cognito-sync"),
            credentials: CredentialsProvider(
                chain: CredentialsChain([credentials]),
                now: { clock.wall() / 1_000_000_000 }
            ),
            clock: clock,
            total: total,
            metrics: metrics
        )
    }
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
        var head = HTTPRequest(method: method, scheme: "http", authority: "gateway", path: path)
        for (name, value) in fields { head.headerFields[.named(name)] = value }
        return Request(head: head, body: [UInt8](body.utf8))
    }

    /// The form of the reference page's sample.
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

import CognitoSync
import Emulator
import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import Synchronization
import Upstream

@testable import Gateway

/// The pipeline in front of an emulator without a socket, by one clock that only requests and the test turn.
struct EmulatedGateway: OutsideChanges {
    let harness: PipelineHarness
    let emulator: EmulatorResponder
    private let given = GivenTokens()
    let scope = DatasetScope.sample(
        pool: PipelineHarness.pool,
        identity: PipelineHarness.identity,
        dataset: "profile"
    )

    /// The work of a test at a moment of an upstream request, before the emulator gets it.
    typealias Hook = @Sendable (ScriptedSender.ReceivedRequest) async -> Void

    /// The replacement of a response of the emulator.
    typealias Change =
        @Sendable (ScriptedSender.ReceivedRequest, Response) throws(UpstreamError) -> Response

    init(
        rules: (inout ServiceRules) -> Void = { _ in },
        configured configure: (inout Configuration) -> Void = { _ in },
        before hook: @escaping Hook = { _ in }
    ) {
        var options = EmulatorOptions()
        options.signatures = .ignored
        rules(&options.rules)
        harness = PipelineHarness(configured: configure)
        let gatewayClock = harness.clock.gatewayClock
        emulator = EmulatorResponder(options: options, now: { gatewayClock.wall() / 1_000_000 })
        forward(before: hook)
    }

    /// Sends the requests of the pipeline to the emulator, each in two milliseconds.
    ///
    /// `change` replaces a response of the emulator, and may throw in its place.
    func forward(
        before hook: @escaping Hook,
        change: @escaping Change = { _, response throws(UpstreamError) in response }
    ) {
        let (emulator, clock, given) = (emulator, harness.clock, given)
        harness.upstream.respond { received throws(UpstreamError) in
            clock.advance(by: .milliseconds(1))
            await hook(received)
            let outgoing: OutgoingResponse
            switch emulator.respond(to: received.request, from: Caller(address: "10.0.0.2")) {
            case .now(let response): outgoing = response
            case .later(let work): outgoing = await work()
            }
            clock.advance(by: .milliseconds(1))
            guard outgoing.delivery == .whole else { throw UpstreamError(.cut, phase: .sent, detail: "") }
            var response = outgoing.response
            let seconds = clock.gatewayClock.wall() / 1_000_000_000
            response.head.headerFields[.date] = HTTPDate(epochSeconds: seconds).text
            if let token = response.token("SyncSessionToken") { given.tokens.withLock { $0.append(token) } }
            return try change(received, response)
        }
    }

    var clock: ManualClock { harness.clock }

    /// The session tokens that the emulator gave, the newest last.
    var upstreamTokens: [String] { given.tokens.withLock { $0 } }

    /// The number of upstream requests so far.
    var calls: Int { harness.upstream.count }

    /// Reads the dataset through the gateway.
    func read(_ query: String = "", noCache: Bool = false) async -> Response {
        let fields = noCache ? ["Cache-Control": "no-cache"] : [:]
        return await harness.get(PipelineHarness.records + query, fields)
    }

    /// Writes through the gateway, with a token of its own.
    func write(_ patches: EmulatedPatch...) async -> Response {
        let now = harness.clock.gatewayClock.wall() / 1_000_000_000
        let token = harness.currentRuntime.value.sessionTokens?.mint(for: scope, now: now) ?? ""
        return await write(patches, token: token)
    }

    /// Writes through the gateway with the session token of a page.
    func write(
        _ patches: [EmulatedPatch],
        token: String,
        fields: [String: String] = [:]
    ) async -> Response {
        let list = patches.map(\.json).joined(separator: ",")
        let body = #"{"SyncSessionToken":"\#(token)","RecordPatches":[\#(list)]}"#
        return await harness.send(.make(.post, PipelineHarness.dataset, body, fields: fields))
    }
}

private final class GivenTokens: Sendable {
    let tokens = Mutex<[String]>([])
}

/// A patch of one record; without a value it removes the record.
struct EmulatedPatch {
    var key: String
    var value: String?
    var count: Int

    init(_ key: String, _ value: String?, at count: Int) {
        self.key = key
        self.value = value
        self.count = count
    }

    var json: String {
        let operation = value.map { #""replace","Value":"\#($0)""# } ?? #""remove""#
        // The date of the device, which the service replaces by one of its own.
        return #"{"Op":\#(operation),"Key":"\#(key)","SyncCount":\#(count),"DeviceLastModifiedDate":1.4E9}"#
    }
}

extension Response {
    /// The values of the records of a page or of a write, by their keys; nil for any other response.
    var values: [String: String]? {
        guard
            let records = (try? RecordsPage.scan(body))?.records
                ?? (try? UpdateRecordsResponse.scan(body))?.records
        else { return nil }
        var values: [String: String] = [:]
        for record in records { values[record.key.text(in: body)] = record.value(in: body)?.text(in: body) }
        return values
    }

    /// The text of a member of a page, such as NextToken; nil if there is none.
    func token(_ member: String) -> String? {
        content.split(separator: #""\#(member)":""#).dropFirst().first?.split(separator: "\"").first.map(
            String.init
        )
    }

    var isHit: Bool { self["Cache-Status"]?.contains("; hit;") == true }
}

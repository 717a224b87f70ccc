import CognitoSync
import Emulator
import GatewayConfiguration
import HTTPTypes
import Messages
import Synchronization
import Testing
import Upstream

@testable import Gateway

/// Writes that fail and come again under the invocation id of their SDK.
@Suite(.timeLimit(.minutes(1))) struct RepeatedWriteTests {
    /// The treatment of responses to writes and reads, changed by the test.
    fileprivate enum Trouble: Sendable {
        case none
        /// Writes are applied, and answered by an error of AWS.
        case failAfter(Int)
        /// Writes are applied, and their responses are cut.
        case cut
        /// The same, and no read gets through.
        case cutAndSilent
    }

    fileprivate struct Story {
        let gateway = EmulatedGateway()
        private let trouble = Trouble.shared()
        let token: String

        init() throws {
            try gateway.writeOutside(["a": "1"])
            let (gateway, trouble) = (gateway, trouble)
            gateway.forward(before: { _ in }) { received, response throws(UpstreamError) in
                let isWrite = received.method == .post
                switch trouble.value {
                case .none: return response
                case .failAfter(let status):
                    return isWrite ? .awsError(status, "InternalErrorException", "AWS's own words") : response
                case .cut where !isWrite: return response
                case .cut, .cutAndSilent: throw UpstreamError(.cut, phase: .sent, detail: "")
                }
            }
            let now = gateway.harness.clock.gatewayClock.wall() / 1_000_000_000
            token =
                gateway.harness.currentRuntime.value.sessionTokens?.mint(for: gateway.scope, now: now) ?? ""
        }

        func be(_ trouble: Trouble) { self.trouble.value = trouble }

        func write(_ value: String = "mine", id: String? = "call-1") async -> Response {
            let fields = id.map { ["amz-sdk-invocation-id": $0] } ?? [:]
            return await gateway.write([EmulatedPatch("k", value, at: 0)], token: token, fields: fields)
        }

        var writes: Int { gateway.harness.upstream.requests.count { $0.method == .post } }

        func metric(_ outcome: String) -> Int? {
            gateway.harness.metric("syncgate_write_outcomes_total{outcome=\"\(outcome)\"}")
        }
    }

    @Test(arguments: [500, 503]) func anErrorOfAWSPassesAsItCame(status: Int) async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.be(.failAfter(status))
        let response = await story.write(id: nil)
        #expect(response.status == status)
        #expect(response["x-amzn-ErrorType"] == "InternalErrorException")
        #expect(response.content.contains("AWS's own words"))
        #expect(response["x-syncgate-write"] == "applied")
        #expect(response["x-syncgate-origin"] == nil)
        #expect(story.metric("applied") == 1)
    }

    @Test func theRetryOfAnAppliedWriteGetsItsSuccess() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.be(.failAfter(500))
        #expect(await story.write().status == 500)
        story.be(.none)
        let calls = story.gateway.calls
        let retry = await story.write()
        #expect(retry.status == 200)
        #expect(retry.values == ["k": "mine"])
        #expect(retry["x-syncgate-write"] == "applied")
        #expect(retry["x-amzn-RequestId"] != nil)
        #expect(story.gateway.calls == calls, "nothing is sent again")
        #expect(story.metric("repeated") == 1)
    }

    @Test func theRetryOfAnUnknownWriteIsAskedAfterOnceMore() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.be(.cutAndSilent)
        let first = await story.write()
        #expect(first.status == 504)
        #expect(first["x-amzn-ErrorType"] == "UpstreamTimeoutException")
        #expect(first["x-syncgate-write"] == "unknown")
        story.be(.none)
        let writes = story.writes
        let retry = await story.write()
        #expect(retry.status == 200, "\(retry.content)")
        #expect(retry["x-syncgate-write"] == "applied")
        #expect(story.writes == writes)
        #expect(await story.write().status == 200, "and a third attempt too")
        #expect(story.writes == writes)
    }

    @Test func aWriteThatWasNotAppliedIsForwarded() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.gateway.emulator.addFault(try Fault(parsing: "drop=before,operation=UpdateRecords,times=1"))
        let first = await story.write()
        #expect(first.status == 504)
        #expect(first["x-syncgate-write"] == "not-applied")
        let retry = await story.write()
        #expect(retry.status == 200)
        #expect(retry["x-syncgate-write"] == nil)
        #expect(story.writes == 2)
    }

    @Test func anUnknownWriteThatWasNotAppliedIsForwardedAfterTheInquiry() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.gateway.emulator.addFault(try Fault(parsing: "drop=before,operation=UpdateRecords,times=1"))
        story.gateway.emulator.addFault(try Fault(parsing: "drop=before,operation=ListRecords,times=4"))
        #expect(await story.write()["x-syncgate-write"] == "unknown")
        story.gateway.emulator.clearFaults()
        let retry = await story.write()
        #expect(retry.status == 200)
        #expect(story.writes == 2)
        #expect(await story.gateway.read().values == ["a": "1", "k": "mine"])
    }

    /// An id that is used for something else gets the ordinary way.
    @Test func anotherBodyOrIDIsAnotherWrite() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.be(.failAfter(500))
        #expect(await story.write().status == 500)
        story.be(.none)
        for (value, id) in [("other", "call-1"), ("mine", "call-2"), ("mine", nil)] {
            let writes = story.writes
            #expect(await story.write(value, id: id).status == 409)
            #expect(story.writes == writes + 1)
        }
        #expect(await story.write().status == 200)
    }

    @Test func aWriteIsRememberedOverAReload() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.be(.failAfter(500))
        #expect(await story.write().status == 500)
        story.be(.none)
        story.gateway.harness.reload { $0.throttle.identity.rate = 999 }
        let writes = story.writes
        #expect(await story.write().status == 200)
        #expect(story.writes == writes)
    }

    @Test func aWriteIsForgottenAfterAMinute() async throws {
        let story = try Story()
        _ = await story.gateway.read()
        story.be(.failAfter(500))
        #expect(await story.write().status == 500)
        story.be(.none)
        let writes = story.writes
        story.gateway.harness.clock.advance(by: .seconds(61))
        #expect(await story.write().status == 409)
        #expect(story.writes == writes + 1)
    }
}

/// A value that a test changes while requests are in flight.
private final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

extension RepeatedWriteTests.Trouble {
    fileprivate static func shared() -> Shared<Self> { Shared(.none) }
}

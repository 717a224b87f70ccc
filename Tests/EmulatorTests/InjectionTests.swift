import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing

@testable import Emulator

/// Faults on command, and the control requests.
@Suite struct InjectionTests {
    private func write(_ emulator: EmulatorHarness, _ key: String) async throws -> Operation {
        let read = await emulator.send(try emulator.read())
        let token = String(
            decoding: read.body[try #require(try RecordsPage.scan(read.body).sessionToken)],
            as: UTF8.self
        )
        let path =
            "/identitypools/\(DemoData.pool)/identities/\(DemoData.identity)/datasets/\(DemoData.dataset)"
        return try operation(
            .post,
            path,
            #"{"RecordPatches":[{"Op":"replace","Key":"\#(key)","Value":"v","SyncCount":0}],"SyncSessionToken":\#(token)}"#
        )
    }

    private func syncCount(_ emulator: EmulatorHarness) throws -> Int64 {
        let scope = try emulator.scope()
        return try emulator.responder.withStore { store in
            try store.listRecords(ListRecords(scope: scope), at: Timestamp(milliseconds: 0)).syncCount
        }
    }

    @Test func aStatusReplacesTheResponseAndNothingIsDone() async throws {
        let emulator = EmulatorHarness()
        let write = try await write(emulator, "k")
        emulator.responder.addFault(try Fault(parsing: "status=503,operation=UpdateRecords,times=1"))
        let response = await emulator.send(write)
        #expect(response.head.status.code == 503)
        #expect(response.errorType == "ServiceUnavailableException")
        #expect(try syncCount(emulator) == 1)
        #expect(await emulator.send(write).head.status == .ok)
        #expect(try syncCount(emulator) == 2)
        #expect(emulator.responder.statistics.statuses[503] == 1)
        #expect(emulator.responder.statistics.faults == 1)
    }

    // The caller cannot know the outcome: both behaviours.
    @Test(arguments: [("drop=after", Int64(2)), ("drop=before", 1)])
    func aDroppedResponseLeavesTheWriteAppliedOrNot(fault: String, count: Int64) async throws {
        let emulator = EmulatorHarness()
        let write = try await write(emulator, "k")
        emulator.responder.addFault(try Fault(parsing: "\(fault),reset"))
        let outgoing = await emulator.response(to: emulator.signed(write))
        #expect(outgoing.delivery == .cut(bytes: 0, reset: true))
        #expect(try syncCount(emulator) == count)
    }

    @Test func aResponseIsCutAtTheGivenByte() async throws {
        let emulator = EmulatorHarness { $0.faults = [Fault(cutAt: 120)] }
        let outgoing = await emulator.response(to: emulator.signed(try emulator.read()))
        #expect(outgoing.delivery == .cut(bytes: 120, reset: false))
        #expect(outgoing.response.head.status == .ok)
    }

    @Test func aLateResponseIsOldAndADelayedRequestIsNot() async throws {
        let emulator = EmulatorHarness()
        for (fault, seen) in [("latency=1ms", Int64(1)), ("latency=1ms,before", 3)] {
            _ = await emulator.control(.delete, "faults")
            emulator.responder.addFault(try Fault(parsing: fault))
            let request = emulator.signed(try emulator.read())
            guard case .later(let work) = emulator.responder.respond(to: request, from: Caller(address: "p"))
            else {
                Issue.record("responded at once")
                return
            }
            if seen == 3 { _ = await emulator.control(.post, "writes", form("between", "2")) }
            let page = try RecordsPage.scan(await work().response.body)
            #expect(page.datasetSyncCount == seen)
            _ = await emulator.control(.post, "writes", form("between", "1"))
        }
    }

    @Test func credentialsExpireOnCommand() async throws {
        let emulator = EmulatorHarness()
        emulator.responder.addFault(try Fault(parsing: "credentials=expired,times=1"))
        let response = await emulator.send(try emulator.read())
        #expect(response.errorType == "ExpiredTokenException")
        #expect(await emulator.send(try emulator.read()).head.status == .ok)
    }

    @Test func aClockAheadRefusesARequestAndShowsItsTime() async throws {
        let emulator = EmulatorHarness()
        emulator.responder.addFault(try Fault(parsing: "skew=10m"))
        let refusal = await emulator.send(try emulator.read())
        #expect(refusal.errorType == "InvalidSignatureException")
        #expect(refusal.text.contains("Signature expired: 20141020T201714Z"))
        #expect(refusal["date"] == "Mon, 20 Oct 2014 20:27:14 GMT")
        #expect(await emulator.send(emulator.signed(try emulator.read(), ahead: 600)).head.status == .ok)
    }

    @Test func faultsComeAndGoOverHTTP() async throws {
        let emulator = EmulatorHarness()
        let lines = "status=500,operation=ListRecords\nlatency=1ms..2ms\n"
        #expect(await emulator.control(.post, "faults", lines).head.status == .ok)
        #expect(await emulator.send(try emulator.read()).head.status.code == 500)
        #expect(await emulator.control(.delete, "faults").head.status == .ok)
        #expect(await emulator.send(try emulator.read()).head.status == .ok)
    }

    @Test func oneWrongLineSetsNoFault() async throws {
        let emulator = EmulatorHarness()
        let response = await emulator.control(.post, "faults", "status=500\nstatus=5000")
        #expect(response.head.status.code == 400)
        #expect(response.text.contains("status is a number from 100 to 599, not '5000'"))
        #expect(await emulator.send(try emulator.read()).head.status == .ok)
    }

    @Test func aWriteMayGoPastTheGateway() async throws {
        let emulator = EmulatorHarness()
        let response = await emulator.control(.post, "writes", form("k%21", "a+b%0A") + "&key=highScore")
        #expect(response.head.status == .ok)
        #expect(try UpdateRecordsResponse.scan(response.body).records.map(\.syncCount) == [2, 2])
        let read = await emulator.send(try emulator.read(since: 1))
        #expect(read.text.contains(#""Key":"k!","LastModifiedBy":"123456789012""#))
        #expect(read.text.contains(#""Value":"a b\n""#))
        #expect(read.text.contains(#""SyncCount":2,"Value":null"#))
    }

    @Test(arguments: [
        ("writes", "pool=x", "'identity' is missing"),
        ("writes", "pool=x&identity=y&dataset=z", "are identifiers"),
        ("options", "nope=1", "there is no rule 'nope'"), ("merge", "", "'pool' is missing"),
        ("writes", "pool=%zz", "is not percent-encoded"), ("faults", "", "there is no fault"),
    ])
    func aWrongCommandIsRefusedWithItsReason(command: String, body: String, message: String) async {
        let response = await EmulatorHarness().control(.post, command, body)
        #expect(response.head.status.code == 400)
        #expect(response.text.contains(message), "\(response.text)")
    }

    @Test func unknownCommandsAndMethodsAreRefused() async {
        let emulator = EmulatorHarness()
        #expect(await emulator.control(.get, "nope").head.status.code == 404)
        #expect(await emulator.control(.get, "reset").head.status.code == 405)
    }

    @Test func identitiesMergeOverHTTP() async throws {
        let emulator = EmulatorHarness()
        let body = "pool=\(DemoData.pool)&from=\(DemoData.otherIdentity)&into=\(DemoData.identity)"
        #expect(await emulator.control(.post, "merge", body).head.status == .ok)
        let page = try RecordsPage.scan(await emulator.send(try emulator.read()).body)
        #expect(page.hasMerges)
        #expect(page.datasetSyncCount == 1)
    }

    @Test func rulesChangeOverHTTP() async throws {
        let emulator = EmulatorHarness()
        #expect(
            await emulator.control(.post, "options", "explicitNulls=false&pageLimit=1").head.status == .ok
        )
        let read = await emulator.send(try emulator.read())
        #expect(!read.text.contains("null"))
        #expect(try RecordsPage.scan(read.body).records.count == 1)
    }

    @Test func aJournalHasAllChangesInTheirOrder() async throws {
        let emulator = EmulatorHarness()
        _ = await emulator.control(.post, "writes", form("before", "v"))
        #expect(await emulator.control(.post, "journal").head.status == .ok)
        _ = await emulator.control(.post, "writes", form("k", "v"))
        let gone = await emulator.send(.deleteDataset(try emulator.scope()))
        #expect(gone.head.status == .ok)
        let journal = await emulator.control(.get, "journal").text
        #expect(!journal.contains(#""Key":"before""#))
        #expect(journal.contains(#""Value":"v"}],"SyncCount":3,"#))
        #expect(journal.contains(#""Records":null,"SyncCount":3,"#))
    }

    @Test func sessionTokensAreInvalidatedOnCommand() async throws {
        let emulator = EmulatorHarness()
        let write = try await write(emulator, "k")
        #expect(await emulator.control(.post, "forget").head.status == .ok)
        #expect(await emulator.send(write).text.contains("SyncSessionToken not valid for these inputs"))
        #expect(await emulator.send(try await self.write(emulator, "k")).head.status == .ok)
    }

    @Test func resetForgetsAll() async throws {
        let emulator = EmulatorHarness()
        _ = await emulator.control(.post, "writes", form("k", "v"))
        emulator.responder.addFault(try Fault(parsing: "status=500"))
        #expect(await emulator.control(.post, "reset").head.status == .ok)
        #expect(emulator.responder.statistics == EmulatorStatistics())
        #expect(emulator.responder.requests.isEmpty)
        #expect(try RecordsPage.scan(await emulator.send(try emulator.read()).body).datasetSyncCount == 1)
    }

    @Test func requestsAreLoggedAndCountedOnce() async throws {
        let emulator = EmulatorHarness {
            $0.requestLogEntries = 2
            $0.rules.tokenUse = .many
        }
        let write = try await write(emulator, "k")
        let request = emulator.signed(write)
        _ = await emulator.send(request)
        _ = await emulator.send(request)
        let statistics = emulator.responder.statistics
        #expect(statistics.count(of: .listRecords) == 1)
        #expect(statistics.count(of: .updateRecords) == 2)
        #expect(statistics.statuses == [200: 2, 409: 1])
        #expect(statistics.bytesIn == Int64(2 * request.body.count))
        let seen = emulator.responder.requests
        #expect(seen.map(\.sequence) == [2, 3])
        #expect(seen.map(\.status) == [200, 409])
        #expect(seen.first?.request == request)
        let log = await emulator.control(.get, "requests")
        #expect(log.text.contains(#""operation":"UpdateRecords","method":"POST""#))
        let figures = await emulator.control(.get, "statistics").text
        #expect(
            figures.contains(
                #""operations":{"ListRecords":1,"UpdateRecords":2},"statuses":{"200":2,"409":1}"#
            )
        )
    }

    private func form(_ key: String, _ value: String) -> String {
        "pool=\(DemoData.pool)&identity=\(DemoData.identity)&dataset=\(DemoData.dataset)&key=\(key)&value=\(value)"
    }
}

extension Fault {
    fileprivate init(cutAt bytes: Int) {
        self.init()
        cut = Cut(bytes: bytes)
    }
}

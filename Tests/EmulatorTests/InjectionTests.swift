import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing

@testable import Emulator

/// Faults on command, and the commands themselves.
@Suite struct InjectionTests {
    private func write(_ service: Service, _ key: String) async throws -> Operation {
        let read = await service.send(try service.read())
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

    private func syncCount(_ service: Service) throws -> Int64 {
        let scope = try service.scope()
        return try service.responder.withStore { store in
            try store.listRecords(ListRecords(scope: scope), at: Timestamp(milliseconds: 0)).syncCount
        }
    }

    @Test func aStatusIsAnsweredInsteadAndNothingIsDone() async throws {
        let service = Service()
        let write = try await write(service, "k")
        service.responder.addFault(try Fault(parsing: "status=503,operation=UpdateRecords,times=1"))
        let response = await service.send(write)
        #expect(response.head.status.code == 503)
        #expect(response.errorType == "ServiceUnavailableException")
        #expect(try syncCount(service) == 1)
        #expect(await service.send(write).head.status == .ok)
        #expect(try syncCount(service) == 2)
        #expect(service.responder.statistics.statuses[503] == 1)
        #expect(service.responder.statistics.faults == 1)
    }

    // domain.md 2.1 item 9: the outcome that a caller cannot know, both ways.
    @Test(arguments: [("drop=after", Int64(2)), ("drop=before", 1)])
    func aDroppedAnswerLeavesTheWriteDoneOrNot(fault: String, count: Int64) async throws {
        let service = Service()
        let write = try await write(service, "k")
        service.responder.addFault(try Fault(parsing: "\(fault),reset"))
        let reply = await service.reply(to: service.signed(write))
        #expect(reply.delivery == .cut(bytes: 0, reset: true))
        #expect(try syncCount(service) == count)
    }

    @Test func anAnswerIsCutWhereItWasAsked() async throws {
        let service = Service { $0.faults = [Fault(cutAt: 120)] }
        let reply = await service.reply(to: service.signed(try service.read()))
        #expect(reply.delivery == .cut(bytes: 120, reset: false))
        #expect(reply.response.head.status == .ok)
    }

    @Test func aLateAnswerIsOldAndADelayedRequestIsNot() async throws {
        let service = Service()
        for (fault, seen) in [("latency=1ms", Int64(1)), ("latency=1ms,before", 3)] {
            _ = await service.control(.delete, "faults")
            service.responder.addFault(try Fault(parsing: fault))
            let request = service.signed(try service.read())
            guard case .later(let work) = service.responder.respond(to: request, from: Caller(address: "p"))
            else {
                Issue.record("answered at once")
                return
            }
            if seen == 3 { _ = await service.control(.post, "writes", form("between", "2")) }
            let page = try RecordsPage.scan(await work().response.body)
            #expect(page.datasetSyncCount == seen)
            _ = await service.control(.post, "writes", form("between", "1"))
        }
    }

    @Test func credentialsExpireOnCommand() async throws {
        let service = Service()
        service.responder.addFault(try Fault(parsing: "credentials=expired,times=1"))
        let response = await service.send(try service.read())
        #expect(response.errorType == "ExpiredTokenException")
        #expect(await service.send(try service.read()).head.status == .ok)
    }

    // domain.md 3, "Clock skew".
    @Test func aClockThatIsAheadRefusesAndShowsItsTime() async throws {
        let service = Service()
        service.responder.addFault(try Fault(parsing: "skew=10m"))
        let refusal = await service.send(try service.read())
        #expect(refusal.errorType == "InvalidSignatureException")
        #expect(refusal.text.contains("Signature expired: 20141020T201714Z"))
        #expect(refusal["date"] == "Mon, 20 Oct 2014 20:27:14 GMT")
        #expect(await service.send(service.signed(try service.read(), ahead: 600)).head.status == .ok)
    }

    @Test func faultsComeAndGoOverHTTP() async throws {
        let service = Service()
        let lines = "status=500,operation=ListRecords\nlatency=1ms..2ms\n"
        #expect(await service.control(.post, "faults", lines).head.status == .ok)
        #expect(await service.send(try service.read()).head.status.code == 500)
        #expect(await service.control(.delete, "faults").head.status == .ok)
        #expect(await service.send(try service.read()).head.status == .ok)
    }

    @Test func oneWrongLineSetsNoFault() async throws {
        let service = Service()
        let response = await service.control(.post, "faults", "status=500\nstatus=5000")
        #expect(response.head.status.code == 400)
        #expect(response.text.contains("status is a number from 100 to 599, not '5000'"))
        #expect(await service.send(try service.read()).head.status == .ok)
    }

    @Test func aWriterMayGoRoundTheGateway() async throws {
        let service = Service()
        let response = await service.control(.post, "writes", form("k%21", "a+b%0A") + "&key=highScore")
        #expect(response.head.status == .ok)
        #expect(try UpdateRecordsResponse.scan(response.body).newestSyncCount == 2)
        let read = await service.send(try service.read(since: 1))
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
    func aWrongCommandSaysWhatIsWrong(command: String, body: String, message: String) async {
        let response = await Service().control(.post, command, body)
        #expect(response.head.status.code == 400)
        #expect(response.text.contains(message), "\(response.text)")
    }

    @Test func unknownCommandsAndMethodsAreRefused() async {
        let service = Service()
        #expect(await service.control(.get, "nope").head.status.code == 404)
        #expect(await service.control(.get, "reset").head.status.code == 405)
    }

    @Test func identitiesMergeOverHTTP() async throws {
        let service = Service()
        let body = "pool=\(DemoData.pool)&from=\(DemoData.otherIdentity)&into=\(DemoData.identity)"
        #expect(await service.control(.post, "merge", body).head.status == .ok)
        let page = try RecordsPage.scan(await service.send(try service.read()).body)
        #expect(page.hasMerges)
        #expect(page.datasetSyncCount == 1)
    }

    @Test func rulesChangeOverHTTP() async throws {
        let service = Service()
        #expect(await service.control(.post, "options", "explicitNulls=false&pageLimit=1").head.status == .ok)
        let read = await service.send(try service.read())
        #expect(!read.text.contains("null"))
        #expect(try RecordsPage.scan(read.body).records.count == 1)
    }

    @Test func aJournalTellsWhatChangedInItsOrder() async throws {
        let service = Service()
        _ = await service.control(.post, "writes", form("before", "v"))
        #expect(await service.control(.post, "journal").head.status == .ok)
        _ = await service.control(.post, "writes", form("k", "v"))
        let gone = await service.send(.deleteDataset(try service.scope()))
        #expect(gone.head.status == .ok)
        let journal = await service.control(.get, "journal").text
        #expect(!journal.contains(#""Key":"before""#))
        #expect(journal.contains(#""Value":"v"}],"SyncCount":3,"#))
        #expect(journal.contains(#""Records":null,"SyncCount":3,"#))
    }

    @Test func sessionTokensAreForgottenOnCommand() async throws {
        let service = Service()
        let write = try await write(service, "k")
        #expect(await service.control(.post, "forget").head.status == .ok)
        #expect(await service.send(write).text.contains("SyncSessionToken not valid for these inputs"))
        #expect(await service.send(try await self.write(service, "k")).head.status == .ok)
    }

    @Test func resetForgetsAll() async throws {
        let service = Service()
        _ = await service.control(.post, "writes", form("k", "v"))
        service.responder.addFault(try Fault(parsing: "status=500"))
        #expect(await service.control(.post, "reset").head.status == .ok)
        #expect(service.responder.statistics == EmulatorStatistics())
        #expect(service.responder.requests.isEmpty)
        #expect(try RecordsPage.scan(await service.send(try service.read()).body).datasetSyncCount == 1)
    }

    @Test func whatWasSeenIsToldAndCountedOnce() async throws {
        let service = Service { $0.requestLogEntries = 2 }
        let write = try await write(service, "k")
        let request = service.signed(write)
        _ = await service.send(request)
        _ = await service.send(request)
        let statistics = service.responder.statistics
        #expect(statistics.calls(.listRecords) == 1)
        #expect(statistics.calls(.updateRecords) == 2)
        #expect(statistics.statuses == [200: 2, 409: 1])
        #expect(statistics.bytesIn == Int64(2 * request.body.count))
        let seen = service.responder.requests
        #expect(seen.map(\.sequence) == [2, 3])
        #expect(seen.map(\.status) == [200, 409])
        #expect(seen.first?.request == request)
        let told = await service.control(.get, "requests")
        #expect(told.text.contains(#""operation":"UpdateRecords","method":"POST""#))
        let figures = await service.control(.get, "statistics").text
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

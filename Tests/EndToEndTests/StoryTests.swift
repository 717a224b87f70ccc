import CognitoSync
import Emulator
import Foundation
import Gateway
import TestSupport
import Testing

/// The usual requests of a caller through the gateway, with an upstream that verifies every signature.
@Suite(.timeLimit(.minutes(1))) struct StoryTests {
    /// Returns the session token of a ListRecords response.
    private func token(_ response: RawResponse?) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(#require(response).body)) as? [String: Any]
        return try #require(object?["SyncSessionToken"] as? String)
    }

    @Test func aCallerReadsWritesAndReadsItsWrite() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint) { gateway in
                let records = Demo.dataset() + "/records"
                let first = try await gateway.get(records)
                #expect(first?.status == 200)
                #expect(first?.cacheStatus == "syncgate; fwd=uri-miss; stored")
                let second = try await gateway.get(records.replacing(":", with: "%3A"))
                #expect(second?.body == first?.body)
                #expect(second?.cacheStatus.hasPrefix("syncgate; hit; ttl=") == true)
                let written = try await gateway.ask(
                    Demo.update(DemoData.dataset, token: token(second), key: "new", value: "später")
                )
                #expect(written?.status == 200)
                #expect(written?.cacheStatus == "syncgate; fwd=method")
                let third = try await gateway.get(records)
                #expect(third?.cacheStatus.hasSuffix("detail=derived") == true)
                #expect(third?.text.contains("später") == true)
                #expect(emulator.statistics.count(of: .listRecords) == 1)
                #expect(emulator.statistics.statuses == [200: 2])
            }
        }
    }

    @Test func aStaleWriteIsRefusedWithTheErrorOfAWS() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint) { gateway in
                let page = try await gateway.get(Demo.dataset() + "/records")
                let write = try Demo.update(DemoData.dataset, token: token(page), key: "displayName")
                let conflict = try await gateway.ask(write)
                #expect(conflict?.status == 409)
                #expect(conflict?["x-amzn-ErrorType"] == "ResourceConflictException")
                #expect(conflict?.text.contains("Current SyncCount for: displayName is: 1 not: 0") == true)
                #expect(conflict?.isOwn == false)
            }
        }
    }

    @Test func aDeletedDatasetIsAbsentAtOnce() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint) { gateway in
                _ = try await gateway.get(Demo.dataset() + "/records")
                let deleted = try await gateway.ask(
                    "DELETE \(Demo.dataset()) HTTP/1.1\r\nHost: localhost\r\n\r\n"
                )
                #expect(deleted?.status == 200)
                let page = try await gateway.get(Demo.dataset() + "/records")
                #expect(page?.text.contains(#""DatasetExists":false"#) == true)
            }
        }
    }

    @Test func aRequestIsLoggedOnceWithoutItsSecrets() async throws {
        try await withEmulator { emulator in
            let log = try await withGateway(emulator.endpoint) { gateway in
                _ = try await gateway.get(Demo.dataset() + "/records", "X-Request-Id: mine-1\r\n")
                await gateway.service.drain()
                return gateway.log
            }
            let access = log.filter { $0.contains("mine-1") }
            #expect(access.count == 1)
            let line = try #require(access.first)
            #expect(line.contains(#""rpc.method":"ListRecords""#))
            #expect(line.contains(#""syncgate.cache":"lead""#))
            for secret in [DemoData.identity, "AKIDEXAMPLE", "wJalrXUtnFEMI", "SyncSessionToken"] {
                #expect(!log.joined().contains(secret))
            }
        }
    }
}

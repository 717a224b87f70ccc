import CognitoSync
import Emulator
import Gateway
import GatewayConfiguration
import Synchronization
import TestSupport
import Testing

/// The isolation of identities: no response has data of another identity.
@Suite(.timeLimit(.minutes(1))) struct IsolationTests {
    private static let identities = (0..<50).map { number in
        "us-east-1:bbbbbbbb-0000-4000-8000-" + String(repeating: "0", count: number < 10 ? 11 : 10)
            + "\(number)"
    }

    private static func scope(_ identity: String, _ dataset: String) throws -> DatasetScope {
        let pool = try #require(IdentityPoolID(DemoData.pool))
        let owner = IdentityScope(pool: pool, identity: try #require(IdentityID(identity)))
        return DatasetScope(owner: owner, dataset: try #require(DatasetName(dataset)))
    }

    /// Returns requests for a page of the dataset of an identity, in every spelling.
    private static func spellings(_ identity: String) -> [String] {
        let path = "/identitypools/\(DemoData.pool)/identities/\(identity)/datasets/profile/records"
        let input =
            #"{"IdentityPoolId":"\#(DemoData.pool)","IdentityId":"\#(identity)","DatasetName":"profile"}"#
        let target = "X-Amz-Target: AWSCognitoSyncService.ListRecords\r\n"
        return [
            Demo.get(path), Demo.get(path.replacing(":", with: "%3A")), Demo.get(path + "?lastSyncCount=0"),
            Demo.get(path + "?maxResults=1"), Demo.get(path, "Cache-Control: no-cache\r\n"),
            Demo.post("/", input, target),
        ]
    }

    @Test func fiftyIdentitiesAtOnceEachSeeTheirOwn() async throws {
        try await withEmulator { emulator in
            for identity in Self.identities {
                let scope = try Self.scope(identity, "profile")
                let patches = (0..<3).map { number in
                    Patch(key: "k\(number)", value: "of \(identity)", syncCount: nil)
                }
                try emulator.withStore { store in
                    _ = try store.write(scope, patches, at: Timestamp(milliseconds: wallClock()))
                }
            }
            // Pages are fresh for so short a time that hits, collapsed reads and misses all occur.
            try await withGateway(emulator.endpoint, configured: { $0.cache.fresh = .milliseconds(20) }) {
                gateway in
                let port = gateway.port
                let statuses = CacheStatuses()
                try await inParallel(Array(0..<8)) { thread in
                    let connection = try RawConnection(port: port)
                    for step in 0..<250 {
                        // All threads go round the same identities, slightly offset, so that they meet.
                        let identity = Self.identities[(step / 5 + thread / 4) % Self.identities.count]
                        let spellings = Self.spellings(identity)
                        let response = try #require(
                            connection.roundTrip(spellings[(step + thread) % spellings.count]).first
                        )
                        #expect(response.status == 200)
                        let values = response.text.matches(of: /"Value":"([^"]*)"/).map { String($0.1) }
                        #expect(!values.isEmpty)
                        #expect(values.allSatisfy { $0 == "of \(identity)" }, "\(identity) saw \(values)")
                        statuses.record(response.cacheStatus)
                    }
                }
                #expect(statuses.count("hit") > 0)
                #expect(statuses.count("stored") > 0)
                #expect(emulator.statistics.requests < 2000)
            }
        }
    }
}

/// The values of Cache-Status that the threads received.
private final class CacheStatuses: Sendable {
    private let seen = Mutex<[String]>([])

    func record(_ status: String) { seen.withLock { $0.append(status) } }

    func count(_ word: String) -> Int { seen.withLock { $0.count { $0.contains(word) } } }
}

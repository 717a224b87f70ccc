import HTTPTypes
import Messages
import SigV4
import TestSupport
import Testing

@testable import CognitoSync

/// The requests of all operations as they go out, with hostile texts in every place that has room for one.
struct SignedOperationsTests {
    private static let texts = [
        "", "us-east-1:0a0b", "a b/../%2F", "\u{e9}\u{1F600}", "+=&?#", "x\ty", "\"\\", "~._-", "\u{7f}",
        "a\r\nX: y",
        "  lead", "A,B  C ", "\u{1}",
    ]
    private let host = "cognito-sync.us-east-1.amazonaws.com"
    private let time = SigningTime(epochSeconds: 1_440_938_160)
    private let signer = Signer(region: "us-east-1", service: "cognito-sync")

    private func operations(_ first: String, _ second: String) throws -> [CognitoSync.Operation] {
        let pool = try #require(IdentityPoolID("us-east-1:0a0b-11"))
        let owner = IdentityScope(pool: pool, identity: try #require(IdentityID("eu-west-1:ff")))
        let scope = DatasetScope(owner: owner, dataset: try #require(DatasetName("a.b:c_d-")))
        let device = try #require(DeviceID(first) ?? DeviceID("d\u{e9} ~x?#"))
        let body = Array((first + second).utf8)
        let paging = Paging(maxResults: Int64(first.utf8.count), nextToken: second)
        return [
            .bulkPublish(pool), .deleteDataset(scope), .describeDataset(scope),
            .describeIdentityPoolUsage(pool),
            .describeIdentityUsage(owner), .getBulkPublishDetails(pool), .getCognitoEvents(pool),
            .getIdentityPoolConfiguration(pool), .listDatasets(owner, paging), .listIdentityPoolUsage(paging),
            .listRecords(
                ListRecords(scope: scope, lastSyncCount: -7, paging: paging, syncSessionToken: first)
            ),
            .registerDevice(RegisterDevice(scope: owner, platform: .apns, token: first, body: body)),
            .setCognitoEvents(SetCognitoEvents(pool: pool, events: [:], body: body)),
            .setIdentityPoolConfiguration(
                SetIdentityPoolConfiguration(pool: pool, pushSync: nil, cognitoStreams: nil, body: body)
            ),
            .subscribeToDataset(scope, device), .unsubscribeFromDataset(scope, device),
            .updateRecords(
                UpdateRecords(
                    scope: scope,
                    syncSessionToken: first,
                    deviceID: nil,
                    clientContext: second,
                    body: body,
                    patchCount: 0
                )
            ),
        ]
    }

    @Test(arguments: [nil, "token/with=signs+", " a  b "])
    func everyOperationIsSignedAsItIsRead(_ token: String?) throws {
        let credentials = Credentials(
            accessKeyID: "AKID",
            secretAccessKey: Secret("wJalr/+"),
            sessionToken: token.map { Secret($0) }
        )
        let verifier = SignatureVerifier(region: "us-east-1", service: "cognito-sync")
        var names: Set<OperationName> = []
        for first in Self.texts {
            for second in Self.texts {
                for operation in try operations(first, second) {
                    names.insert(operation.name)
                    var wire = operation.wireRequest(to: host)
                    signer.sign(&wire, credentials: credentials, at: time)
                    // What could end its line early is never sent.
                    guard wire.fault == nil else {
                        #expect(second == "\u{1}" || second == "\u{7f}")
                        continue
                    }
                    let read = Request(wire)
                    // Text has no line break as bytes, and no field more than was written.
                    let lineFeeds = wire.fields.bytes.count { $0 == UInt8(ascii: "\n") }
                    #expect(lineFeeds == wire.fields.lines.count)
                    if token?.first != " " {
                        #expect(throws: Never.self) {
                            try verifier.verify(read, credentials: { _ in credentials }, at: time)
                        }
                    }
                    // The signer of any request signs it alike.
                    var other = read
                    other.head.headerFields[.authorization] = nil
                    signer.sign(&other, host: host, credentials: credentials, at: time)
                    #expect(other == read)
                }
            }
        }
        #expect(names.count == OperationName.allCases.count)
    }
}

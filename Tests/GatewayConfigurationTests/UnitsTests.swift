import Foundation
import TestSupport
import Testing

@testable import GatewayConfiguration

@Suite struct UnitsTests {
    @Test(arguments: [
        ("0", 0), ("1B", 1), ("1KiB", 1024), ("64MiB", 64 << 20), ("2GiB", 2 << 30), ("1TiB", 1 << 40),
    ])
    func sizesAreRead(text: String, bytes: Int) { #expect(ByteSize.parse(text) == bytes) }

    @Test(arguments: [
        "", "B", "1", "1kb", "1KB", "-1B", "1.5KiB", " 1B", "1 B", "0x1B", "+1B", "99999999999TiB", "٣B",
    ])
    func nothingElseIsASize(text: String) { #expect(ByteSize.parse(text) == nil) }

    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("5ms", .milliseconds(5)), ("5s", .seconds(5)),
        ("5m", .seconds(300)), ("2h", .seconds(7200)),
    ])
    func durationsAreRead(text: String, duration: Duration) { #expect(DurationText.parse(text) == duration) }

    @Test(arguments: ["", "s", "5", "5 s", "-5s", "1.5s", "5S", "5d", "9223372036854775807h", "٥s"])
    func nothingElseIsADuration(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: [
        Duration.zero, .milliseconds(1), .milliseconds(1500), .seconds(40), .seconds(90), .seconds(300),
        .seconds(7200),
    ])
    func aDurationReadsAsItWasWritten(duration: Duration) {
        #expect(DurationText.parse(DurationText.text(duration)) == duration)
    }

    @Test(arguments: [0, 1, 1000, 1024, 1536, 256 << 20, 1 << 40])
    func aSizeReadsAsItWasWritten(bytes: Int) { #expect(ByteSize.parse(ByteSize.text(bytes)) == bytes) }

    @Test(.enabled(if: Corpora.available, "no corpora"))
    func theEndpointIsTheOneOfThePublishedRules() throws {
        struct Tests: Decodable {
            struct Case: Decodable {
                struct Parameters: Decodable {
                    var Region: String?
                    var UseFIPS: Bool?
                    var UseDualStack: Bool?
                    var Endpoint: String?
                }
                struct Expectation: Decodable {
                    struct Endpoint: Decodable { var url: String }
                    var endpoint: Endpoint?
                }
                var params: Parameters?
                var expect: Expectation
            }
            var testCases: [Case]
        }
        let tests = try Corpora.decode(Tests.self, from: "aws-cognito-sync-model/endpoint-tests-1.json")
        var seen: Set<String> = []
        for test in tests.testCases {
            guard let parameters = test.params, parameters.UseFIPS == false, parameters.UseDualStack == false,
                parameters.Endpoint == nil, let region = parameters.Region, Endpoint.regions.contains(region)
            else { continue }
            #expect(Endpoint.url(region: region) == test.expect.endpoint?.url)
            seen.insert(region)
        }
        #expect(seen == Endpoint.regions)
    }
}

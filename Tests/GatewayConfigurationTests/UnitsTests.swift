import Foundation
import TestSupport
import Testing

@testable import GatewayConfiguration

@Suite struct UnitsTests {
    @Test(arguments: [
        ("0", 0), ("1B", 1), ("1KiB", 1024), ("64MiB", 64 << 20), ("2GiB", 2 << 30), ("1TiB", 1 << 40),
        ("1.5KiB", 1536), ("0.25MiB", 256 << 10),
    ])
    func sizesAreRead(text: String, bytes: Int) { #expect(ByteSize.parse(text) == bytes) }

    @Test(arguments: [
        "", "B", "1", "1kb", "1KB", "-1B", "0.3B", "1.KiB", ".5KiB", "1KiB1B", " 1B", "1 B", "0x1B", "+1B",
        "99999999999TiB", "٣B",
    ])
    func nothingElseIsASize(text: String) { #expect(ByteSize.parse(text) == nil) }

    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("5ms", .milliseconds(5)), ("5s", .seconds(5)),
        ("5m", .seconds(300)), ("2h", .seconds(7200)),
        ("1m30s", .seconds(90)), ("1.5s", .milliseconds(1500)), ("0.25h", .seconds(900)),
        ("1h1m1s1ms", .milliseconds(3_661_001)), ("1m0.5s", .milliseconds(60_500)),
    ])
    func durationsAreRead(text: String, duration: Duration) { #expect(DurationText.parse(text) == duration) }

    @Test(arguments: [
        "", "s", "5", "5 s", "-5s", "1.5", "5S", "5d", "9223372036854775807h", "9223372036854775807ms1h",
        "٥s",
        "30s1m", "1s1s", "1.5m1s", "1.s", ".5s", "0.1ms", "1.0005s", "0.0000000001h",
    ])
    func nothingElseIsADuration(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: [
        ("200/s", "200/s"), ("6/m", "6/m"), ("1/h", "1/h"), ("0.5/s", "30/m"), ("120/m", "2/s"),
        ("1.5/m", "90/h"),
        ("3600/h", "1/s"), ("1000000000/s", "1000000000/s"),
    ])
    func ratesAreReadAndWritten(text: String, written: String) throws {
        let rate = try #require(TokenRate(parsing: text))
        #expect("\(rate)" == written)
        #expect(TokenRate(parsing: written) == rate)
    }

    @Test(arguments: [
        "", "/s", "5", "5/", "5/d", "5 /s", "-5/s", "0.0001/s", "5s/s", "5/s/s", "9223372036854775807/s",
    ])
    func nothingElseIsARate(text: String) { #expect(TokenRate(parsing: text) == nil) }

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

import Foundation
import GatewayConfiguration
import Testing

/// The report of `check --format json`.
@Suite struct ReportTests {
    private struct Report: Decodable, Equatable {
        struct Problem: Decodable, Equatable {
            var severity: String
            var file: String?
            var line: Int?
            var column: Int?
            var variable: String?
            var option: String?
            var key: String?
            var value: String?
            var message: String
            var allowed: String?
        }
        var valid: Bool
        var problems: [Problem]
    }

    private func report(_ text: String, environment: [String: String] = [:]) throws -> Report {
        let json =
            switch load(text, environment: environment) {
            case .success(let loaded): loaded.report
            case .failure(let problems): problems.report
            }
        return try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    }

    @Test func aFaultHasItsPartsApart() throws {
        let problem = Report.Problem(
            severity: "error",
            file: "f.yaml",
            line: 2,
            column: 10,
            key: "log.level",
            value: "warn",
            message: "log.level: 'warn' is not one of its values; did you mean warning? "
                + "write trace, debug, info, notice, warning, error or critical",
            allowed: "trace, debug, info, notice, warning, error or critical"
        )
        #expect(try report("log:\n  level: warn") == Report(valid: false, problems: [problem]))
    }

    @Test func theValueOfAVariableIsNotInTheReport() throws {
        for (variable, value) in [("SYNCGATE_CACHE__MEMORY", "7777MB"), ("SYNCGATE_TIMEOUTS__IDLE", "7777")] {
            let found = try report("", environment: [variable: value])
            #expect(found.problems.map(\.variable) == [variable])
            #expect(found.problems.allSatisfy { $0.value == nil && !$0.message.contains("7777") })
        }
        let named = try report("cache: { memory: \"${SIZE}\" }", environment: ["SIZE": "7777MB"])
        #expect(named.problems.map(\.value) == ["${SIZE}"])
        #expect(!named.problems[0].message.contains("7777"))
        let word = try report("", environment: ["SYNCGATE_LOG__LEVEL": "warn"])
        #expect(word.problems[0].message.contains("did you mean warning?"))
    }

    @Test func warningsAreReportedWithoutFaults() throws {
        let found = try report("cache: { memory: 1B }")
        #expect(found.valid)
        #expect(found.problems.map(\.severity) == ["warning"])
        #expect(found.problems.map(\.key) == ["cache.memory"])
        #expect(try report("") == Report(valid: true, problems: []))
    }

    @Test func anUnknownKeyHasTheKeysOfItsSection() throws {
        let problem = try #require(try report("drain: { timout: 1s }").problems.first)
        #expect(problem.key == "drain.timout")
        #expect(problem.allowed == "delay, timeout")
    }

    @Test func theSchemaHasEachKeyAndEachFormerName() throws {
        let names = Configuration.keys.flatMap { [$0.name] + $0.formerNames } + Configuration.retiredKeys
        let schema = try JSONSerialization.jsonObject(with: Data(Configuration.schema.utf8))
        var count = 0
        for name in names {
            var node = schema as? [String: Any]
            for part in name.path { node = (node?["properties"] as? [String: Any])?[part] as? [String: Any] }
            #expect(node != nil, "\(name)")
            count += 1
        }
        #expect(count > 80)
    }
}

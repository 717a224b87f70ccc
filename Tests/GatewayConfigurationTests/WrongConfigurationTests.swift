import GatewayConfiguration
import Testing

/// The tables of wrong configurations: what an operator reads about each of them.
@Suite struct WrongConfigurationTests {
    @Test(arguments: WrongConfiguration.all)
    func aWrongConfigurationHasTheseMessages(_ row: WrongConfiguration) {
        switch load(row.text) {
        case .success(let loaded):
            #expect(row.faults.isEmpty)
            #expect(loaded.warnings.map(\.description) == row.warnings)
        case .failure(let problems): #expect(problems.all.map(\.description) == row.faults)
        }
    }

    @Test func theTablesAreLarge() { #expect(WrongConfiguration.all.count >= 150) }

    /// A new key needs a row: `config/syncgate.yaml` has its name, and a table has a wrong value of it.
    @Test(arguments: Configuration.keys.map(\.key))
    func eachKeyHasARow(key: String) {
        let messages = WrongConfiguration.all.flatMap { $0.faults + $0.warnings }
        #expect(messages.contains { $0.contains(": \(key): ") }, "add a wrong value of \(key) to a table")
    }

    @Test(arguments: WrongConfiguration.all)
    func aMessageAboutAKeyHasItsValueAndWhatIsAllowed(_ row: WrongConfiguration) {
        guard case .failure(let problems) = load(row.text) else { return }
        for problem in problems.all {
            guard case .file("f.yaml", let line, let column) = problem.location else {
                Issue.record("\(problem) has no place")
                return
            }
            #expect(line >= 1 && column >= 1)
            if let value = problem.value { #expect(problem.message.contains(value)) }
            // What to do follows on a semicolon, or is the question after the nearest name.
            #expect(problem.message.contains("; ") || problem.message.hasSuffix("?"), "\(problem)")
        }
    }

    /// Each key, and each kind of mistake that its kind of value can have.
    @Test(arguments: Configuration.keys.map(\.key))
    func aValueOfAnotherKindIsShownWithWhatIsAllowed(name: String) throws {
        let key = try #require(Configuration.keys.first { $0.key == name })
        let depth = key.name.path.count
        for value in ["[[a]]", "{ a: b }", "\"\\u0000\""] {
            let text = key.name.path.enumerated().map { level, part in
                String(repeating: "  ", count: level) + part + ":" + (level == depth - 1 ? " \(value)" : "")
            }.joined(separator: "\n")
            guard case .failure(let problems) = load(text), problems.all.count == 1 else { continue }
            let problem = problems.all[0]
            let column = 2 * (depth - 1) + (key.name.path.last ?? "").count + 3
            let element =
                value.hasPrefix("[") || problem.location == .file("f.yaml", line: depth, column: column)
            #expect(element, "\(problem)")
            #expect(problem.key == name)
            let shown = try #require(problem.value)
            #expect(problem.message.hasPrefix("\(name): \(shown) "))
            #expect(problem.message.contains("; ") && problem.message.contains("write "), "\(problem)")
            #expect(problem.allowed == key.allowed)
        }
    }
}

import GatewayConfiguration
import Testing

/// Names that keys had before, and names of keys that have no effect any more.
@Suite struct KeyNamesTests {
    private func warnings(_ loaded: LoadedConfiguration) -> [String] { loaded.warnings.map(\.description) }

    @Test func aFormerNameInTheFileSetsTheKeyWithAWarning() throws {
        let loaded = try load("cache:\n  walk: 7s").get()
        #expect(loaded.configuration.cache.pagination == .seconds(7))
        #expect(warnings(loaded) == ["f.yaml:2:3: 'cache.walk' is now cache.pagination; rename it"])
    }

    @Test func aFormerNameInAVariableSetsTheKeyWithAWarning() throws {
        let loaded = try load("", environment: ["SYNCGATE_CACHE__WALK": "7s"]).get()
        #expect(loaded.configuration.cache.pagination == .seconds(7))
        #expect(
            warnings(loaded) == [
                "environment variable SYNCGATE_CACHE__WALK: 'cache.walk' is now cache.pagination; "
                    + "set SYNCGATE_CACHE__PAGINATION instead"
            ]
        )
    }

    @Test func theCurrentNameSetsTheKeyWithoutAWarning() throws {
        let environment = ["SYNCGATE_CACHE__PAGINATION": "8s"]
        let loaded = try load("cache: { pagination: 7s }", environment: environment).get()
        #expect(loaded.configuration.cache.pagination == .seconds(8))
        #expect(loaded.warnings.isEmpty)
    }

    @Test func aWrongValueUnderAFormerNameIsAFaultAtItsPlace() {
        #expect(
            problems("cache: { walk: soon }") == [
                "f.yaml:1:16: cache.pagination: 'soon' is not a duration from 0s to 1h; "
                    + "write a number with a unit, such as 5s"
            ]
        )
    }

    @Test(arguments: [
        ("cache: { walk: 7s, pagination: 8s }", "f.yaml:1:10"),
        ("cache: { pagination: 8s, walk: 7s }", "f.yaml:1:26"),
    ])
    func bothNamesInTheFileAreAFaultThatNamesBoth(text: String, location: String) {
        #expect(
            problems(text) == [
                "\(location): 'cache.walk' and 'cache.pagination' are one key; keep cache.pagination"
            ]
        )
    }

    @Test func bothNamesInVariablesAreAFaultThatNamesBoth() {
        let environment = ["SYNCGATE_CACHE__WALK": "7s", "SYNCGATE_CACHE__PAGINATION": "8s"]
        #expect(
            problems("", environment: environment) == [
                "environment variable SYNCGATE_CACHE__WALK: 'SYNCGATE_CACHE__WALK' and "
                    + "'SYNCGATE_CACHE__PAGINATION' are one key; keep SYNCGATE_CACHE__PAGINATION"
            ]
        )
    }

    /// The names are of two sources here: the variable overrides the file, as it does with one name.
    @Test func aVariableOverridesAFormerNameInTheFile() throws {
        let environment = ["SYNCGATE_CACHE__PAGINATION": "8s"]
        let loaded = try load("cache: { walk: 7s }", environment: environment).get()
        #expect(loaded.configuration.cache.pagination == .seconds(8))
        #expect(warnings(loaded) == ["f.yaml:1:10: 'cache.walk' is now cache.pagination; rename it"])
    }

    @Test func onlyTheCurrentNameIsPrinted() throws {
        let configuration = try load("cache: { walk: 7s }").get().configuration
        #expect(configuration.redactedYAML.contains("\n  pagination: 7s\n"))
        #expect(!configuration.redactedYAML.contains("walk"))
        #expect(!Configuration.documentedYAML.contains("walk"))
    }

    @Test(arguments: ["none", "x", "{ a: b }", ""])
    func aRetiredKeyInTheFileIsTakenWithAWarning(value: String) throws {
        let loaded = try load("throttle: { upstream: { key: \(value) } }").get()
        #expect(loaded.configuration == Configuration())
        #expect(
            warnings(loaded) == ["f.yaml:1:25: 'throttle.upstream.key' has no effect any more; remove it"]
        )
    }

    @Test func aRetiredKeyInAVariableIsTakenWithAWarning() throws {
        let loaded = try load("", environment: ["SYNCGATE_THROTTLE__UPSTREAM__KEY": "none"]).get()
        #expect(loaded.configuration == Configuration())
        #expect(
            warnings(loaded) == [
                "environment variable SYNCGATE_THROTTLE__UPSTREAM__KEY: 'throttle.upstream.key' has no effect "
                    + "any more; unset it"
            ]
        )
    }

    @Test func noNameIsThatOfTwoKeys() {
        let names = Configuration.keys.flatMap { [$0.name] + $0.formerNames } + Configuration.retiredKeys
        #expect(Set(names).count == names.count)
        #expect(Set(names.map(\.variable)).count == names.count)
    }
}

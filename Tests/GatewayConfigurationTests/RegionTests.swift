import Foundation
import GatewayConfiguration
import Testing

/// The order in which the region is found: the configuration, `AWS_REGION`, the profile, us-east-1.
@Suite struct RegionTests {
    private func load(
        _ text: String = "",
        _ environment: [String: String] = [:],
        config: String? = nil
    ) throws -> LoadedConfiguration {
        let file = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        if let config { try Data(config.utf8).write(to: file) }
        let files = ["AWS_CONFIG_FILE": file.path, "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"]
        return try Configuration.load(
            text: text,
            name: "f.yaml",
            environment: files.merging(environment) { _, given in given }
        )
    }

    private let profiles = "[default]\nregion = eu-west-1\n[profile other]\nregion = eu-west-2\n"

    @Test
    func theConfigurationWinsThenTheVariableThenTheProfile() throws {
        let variable = ["AWS_REGION": "eu-central-1"]
        func region(
            _ text: String = "",
            _ environment: [String: String] = [:],
            _ config: String? = nil
        ) throws
            -> String
        { try load(text, environment, config: config).configuration.upstream.region }
        #expect(try region() == "us-east-1")
        #expect(try region("", [:], profiles) == "eu-west-1")
        #expect(try region("credentials: { profile: other }", [:], profiles) == "eu-west-2")
        #expect(try region("", ["AWS_PROFILE": "other"], profiles) == "eu-west-2")
        #expect(try region("", variable, profiles) == "eu-central-1")
        #expect(try region("", ["AWS_REGION": " "], profiles) == "eu-west-1")
        #expect(try region("", ["AWS_DEFAULT_REGION": "eu-central-1"]) == "us-east-1")
        #expect(try region("upstream: { region: us-west-2 }", variable, profiles) == "us-west-2")
        let override = variable.merging(["SYNCGATE_UPSTREAM__REGION": "us-east-2"]) { $1 }
        #expect(try region("", override, profiles) == "us-east-2")
    }

    @Test
    func aWrongRegionNamesItsPlace() throws {
        let error = try #require(throws: ConfigurationProblems.self) {
            try load("", ["AWS_REGION": "eu-central-2"])
        }
        #expect(
            error.description.contains(
                "environment variable AWS_REGION: upstream.region: 'eu-central-2' has no Cognito Sync; did you mean"
            )
        )
        let other = try #require(throws: ConfigurationProblems.self) {
            try load("", [:], config: "[default]\nregion = Europe\n")
        }
        #expect(other.description.contains("upstream.region: 'Europe' is not a region"))
    }

    @Test
    func aProfileFileThatCannotBeReadIsAWarning() throws {
        let loaded = try load("", [:], config: "[default\n")
        #expect(loaded.configuration.upstream.region == "us-east-1")
        #expect(loaded.warnings.contains { $0.message.contains("the profile cannot be read for it") })
    }

    @Test
    func aRegionOfTheProfileOutlivesItsFileAndNoOtherRegionDoes() throws {
        let region = ProfileRegion()
        func keep(
            _ text: String = "",
            _ environment: [String: String] = [:],
            config: String? = nil
        ) throws
            -> String
        {
            var loaded = try load(text, environment, config: config)
            region.keep(in: &loaded)
            return loaded.configuration.upstream.region
        }
        #expect(try keep(config: profiles) == "eu-west-1")
        #expect(try keep() == "eu-west-1")
        #expect(try keep() == "eu-west-1")
        #expect(try keep("upstream: { region: us-west-2 }") == "us-west-2")
        #expect(try keep() == "us-east-1")
        #expect(try keep("", ["AWS_REGION": "eu-west-2"]) == "eu-west-2")
        #expect(try keep() == "us-east-1")
    }

    @Test(arguments: [
        (false, true, "https://cognito-sync.us-east-1.api.aws"),
        (true, false, "https://cognito-sync-fips.us-east-1.amazonaws.com"),
        (true, true, "https://cognito-sync-fips.us-east-1.api.aws"),
    ])
    func fipsAndDualStackNameTheEndpointWithAWarning(_ fips: Bool, _ dual: Bool, _ origin: String) throws {
        let loaded = try load("upstream: { use_fips: \(fips), use_dualstack: \(dual) }")
        #expect(loaded.configuration.upstream.origin == origin)
        #expect(loaded.warnings.count { $0.message.contains("AWS does not list") } == (fips && dual ? 2 : 1))
    }

    @Test(arguments: ["use_fips", "use_dualstack"])
    func besideAnEndpointTheyAreErrors(_ key: String) throws {
        let error = try #require(throws: ConfigurationProblems.self) {
            try load("upstream: { endpoint: \"http://127.0.0.1:1\", \(key): true }")
        }
        #expect(error.description.contains("upstream.\(key): 'true' has no effect on upstream.endpoint"))
    }

    @Test(arguments: ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_SYNC"])
    func theEndpointsOfTheSDKsArePassedOverWithANotice(_ variable: String) throws {
        let loaded = try load("", [variable: "http://evil.test"])
        #expect(loaded.configuration.upstream.origin == "https://cognito-sync.us-east-1.amazonaws.com")
        #expect(
            loaded.warnings.map(\.description) == [
                "environment variable \(variable): has no effect on syncgate; give upstream.endpoint instead"
            ]
        )
    }
}

import Foundation
import SigV4
import TestSupport
import Testing
import Upstream

@testable import CredentialSources

/// The profile files against the cases that the AWS SDKs share.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct ProfileCorpusTests {
    private struct ParserFile: Decodable {
        var tests: [ParserCase]
    }

    private struct ParserCase: Decodable {
        struct Input: Decodable {
            var configFile: String?
            var credentialsFile: String?
        }
        struct Output: Decodable {
            struct Config: Decodable {
                var profiles: [String: [String: String]]
            }
            var config: Config?
            var errorContaining: String?
        }
        var name: String
        var input: Input
        var output: Output
    }

    @Test
    func everyParserCaseHolds() throws {
        let file = try Corpora.decode(
            ParserFile.self,
            from: "aws-credential-scenarios/profile-parser-tests.json"
        )
        for test in file.tests {
            let outcome = Result { () throws(ProfileFile.Malformed) -> Profiles in
                Profiles(
                    config: try ProfileFile(Array((test.input.configFile ?? "").utf8)),
                    credentials: try ProfileFile(Array((test.input.credentialsFile ?? "").utf8))
                )
            }
            switch outcome {
            case .success(let profiles):
                #expect(profiles.profiles == test.output.config?.profiles, "\(test.name)")
            case .failure(let error):
                let words = try #require(test.output.errorContaining, "\(test.name): \(error)")
                #expect(error.reason.contains(words), "\(test.name)")
            }
        }
        #expect(file.tests.count == 65)
    }

    private struct LocationFile: Decodable {
        var tests: [LocationCase]
    }

    private struct LocationCase: Decodable {
        var name: String
        var environment: [String: String]
        var platform: String
        var profile: String?
        var configLocation: String
        var credentialsLocation: String
    }

    /// The cases of Windows are not applicable: the gateway runs on Linux.
    @Test
    func everyLocationCaseOfThisPlatformHolds() throws {
        let file = try Corpora.decode(
            LocationFile.self,
            from: "aws-credential-scenarios/file-location-tests.json"
        )
        let applicable = file.tests.filter { $0.platform == "linux" }
        for test in applicable {
            let locations = ProfileLocations(environment: test.environment)
            #expect(locations.config == test.configLocation, "\(test.name)")
            #expect(locations.credentials == test.credentialsLocation, "\(test.name)")
            #expect(locations.profile == test.profile ?? "default", "\(test.name)")
        }
        #expect(applicable.count == 4)
        #expect(file.tests.count - applicable.count == 5)
    }

    @Test
    func noFileOfTheFuzzCorpusCrashesTheParserOrShowsInAnError() async throws {
        var read = 0
        for folder in ["parse_config_profile", "parse_credentials_profile"] {
            for name in try Corpora.list("aws-profile-fuzz-corpus/\(folder)") {
                let bytes = try Corpora.bytes("aws-profile-fuzz-corpus/\(folder)/\(name)")
                await expectSilence(about: bytes)
                // The same bytes as the inside of a profile, so that its lines are reached.
                await expectSilence(about: Array("[default]\n".utf8) + bytes)
                read += 1
            }
        }
        #expect(read == 80)
    }

    /// Loads the bytes as either file: that must not crash, and an error may have known texts only.
    private func expectSilence(about bytes: [UInt8]) async {
        for target in ["/home/.aws/config", "/home/.aws/credentials"] {
            let services = CredentialServices(
                region: "us-east-1",
                send: { _ throws(UpstreamError) in
                    throw UpstreamError(.unreachable, phase: .notSent, detail: "no network")
                },
                now: { 0 },
                pause: { _ in }
            )
            let source = ProfileCredentials(environment: ["HOME": "/home"], services: services) { path in
                path == target ? bytes : nil
            }
            do throws(CredentialsError) {
                _ = try await source.load()
            } catch {
                var text = error.description
                for known in ProfileCorpusTests.knownTexts {
                    text = text.replacingOccurrences(of: known, with: "")
                }
                #expect(text.allSatisfy { $0.isASCII && $0.isNumber || $0 == " " }, "\(error)")
            }
        }
    }

    private static let knownTexts = [
        "could not parse profile file '/home/.aws/config', line",
        "could not parse profile file '/home/.aws/credentials', line",
        ": Profile definition must end with ']'", ": Expected a profile definition, found continuation",
        ": Expected a property definition, found continuation", ": Expected a profile definition",
        ": Expected an '=' sign defining a property", ": Expected an '=' sign defining a sub-property",
        ": Property did not have a name", ": Sub-property did not have a name", ": Not UTF-8",
        "the credential_process of profile 'default' cannot be started; see that /bin/sh is there",
        "profile 'default' has role_arn without source_profile or credential_source; add one",
        "profile 'default' has a role_arn that is not an ARN; write arn:aws:iam::ACCOUNT:role/NAME",
        "profile 'default' has white space or other bytes in aws_access_key_id that no key has; remove them",
        "profile 'default' has white space or other bytes in aws_secret_access_key that no key has; remove them",
        "profile 'default' has aws_access_key_id alone; add aws_secret_access_key",
        "profile 'default' has aws_secret_access_key alone; add aws_access_key_id",
    ]
}

import Foundation
import SigV4
import TestSupport
import Testing

@testable import CredentialSources

/// The recorded runs of credential providers that all AWS SDKs share, where environment and profile files decide.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct ScenarioTests {
    private struct Scenario: Decodable {
        struct Outcome: Decodable {
            struct Keys: Decodable {
                var access_key_id: String
                var secret_access_key: String
                var session_token: String?
            }
            var Ok: Keys?
            var ErrorContains: String?
        }
        var result: Outcome
    }

    /// The outcome of the two sources in a scenario.
    private enum Expectation: Equatable {
        /// The outcome that the scenario names.
        case asWritten
        /// Nothing is found: the scenario goes on with a source that this version lacks, or ends with none.
        case nothing
        /// The profile needs a source that this version lacks: an error names the property.
        case refused(String)
        /// The scenario tests another source alone; environment and profile files play no part.
        case notApplicable
    }

    private static let expectations: [String: Expectation] = [
        "default-credential-provider-chain/e2e_fips_and_dual_stack_sso": .refused("sso_start_url"),
        "default-credential-provider-chain/ecs_assume_role": .refused("role_arn"),
        "default-credential-provider-chain/ecs_credentials": .notApplicable,
        "default-credential-provider-chain/ecs_credentials_invalid_profile": .nothing,
        "default-credential-provider-chain/eks_pod_identity_credentials": .notApplicable,
        "default-credential-provider-chain/eks_pod_identity_no_token_file": .notApplicable,
        "default-credential-provider-chain/environment_variables": .asWritten,
        "default-credential-provider-chain/environment_variables_blank": .asWritten,
        "default-credential-provider-chain/imds_assume_role": .refused("role_arn"),
        "default-credential-provider-chain/imds_config_with_no_creds": .nothing,
        "default-credential-provider-chain/imds_default_chain_error": .nothing,
        "default-credential-provider-chain/imds_default_chain_retries": .nothing,
        "default-credential-provider-chain/imds_default_chain_success": .nothing,
        "default-credential-provider-chain/imds_disabled": .notApplicable,
        "default-credential-provider-chain/imds_no_iam_role": .refused("role_arn"),
        "default-credential-provider-chain/imds_token_fail": .refused("role_arn"),
        "default-credential-provider-chain/prefer_environment": .asWritten,
        "default-credential-provider-chain/profile_name": .asWritten,
        "default-credential-provider-chain/profile_overrides_web_identity": .refused("role_arn"),
        "default-credential-provider-chain/profile_static_keys": .asWritten,
        "default-credential-provider-chain/profile_static_keys_case_insensitive": .asWritten,
        "default-credential-provider-chain/sso_assume_role": .refused("sso_start_url"),
        "default-credential-provider-chain/sso_no_token_file": .refused("sso_"),
        "default-credential-provider-chain/sso_server_error": .refused("sso_"),
        "default-credential-provider-chain/web_identity_source_profile_no_env": .refused("role_arn"),
        "default-credential-provider-chain/web_identity_token_env": .notApplicable,
        "default-credential-provider-chain/web_identity_token_invalid_jwt": .refused("role_arn"),
        "profile-provider/assume_role_override_global_env_url": .refused("role_arn"),
        "profile-provider/assume_role_override_global_profile_url": .refused("role_arn"),
        "profile-provider/assume_role_override_service_env_url": .refused("role_arn"),
        "profile-provider/assume_role_override_service_profile_url": .refused("role_arn"),
        "profile-provider/credential_process": .refused("credential_process"),
        "profile-provider/credential_process_account_id_fallback": .refused("credential_process"),
        "profile-provider/credential_process_failure": .refused("credential_process"),
        "profile-provider/credential_process_invalid": .refused("credential_process"),
        "profile-provider/e2e_assume_role": .refused("role_arn"),
        "profile-provider/e2e_fips_and_dual_stack_sts": .refused("role_arn"),
        "profile-provider/empty_config": .nothing,
        "profile-provider/invalid_config": .asWritten,
        "profile-provider/invalid_sso_credentials_config": .refused("sso_session"),
        "profile-provider/region_override": .refused("role_arn"),
        "profile-provider/retry_on_error": .refused("role_arn"),
        "profile-provider/sso_credentials": .refused("sso_session"),
        "profile-provider/sso_override_global_env_url": .refused("sso_session"),
        "profile-provider/sso_token": .refused("sso_session"),
    ]

    @Test
    func everyScenarioHasAnExpectation() throws {
        let names = try ["default-credential-provider-chain", "profile-provider"].flatMap { folder in
            try Corpora.list("aws-credential-scenarios/\(folder)").map { "\(folder)/\($0)" }
        }
        #expect(Set(names) == Set(Self.expectations.keys))
        #expect(names.count == 45)
        #expect(Self.expectations.values.count { $0 == .notApplicable } == 5)
    }

    @Test(arguments: expectations.keys.sorted())
    func theScenarioEndsAsItShould(_ name: String) async throws {
        let root = "aws-credential-scenarios/\(name)"
        let environment = try Corpora.decode([String: String].self, from: "\(root)/env.json")
        let scenario = try Corpora.decode(Scenario.self, from: "\(root)/test-case.json")
        let profile = ProfileCredentials(environment: environment) { path in
            try? Corpora.bytes("\(root)/fs\(path)")
        }
        let sources: [any CredentialsSource] =
            name.hasPrefix("profile-provider")
            ? [profile] : [EnvironmentCredentials(environment: environment), profile]
        let outcome = await Self.outcome(CredentialsChain(sources))

        switch try #require(Self.expectations[name]) {
        case .asWritten:
            switch outcome {
            case .success(let found):
                let keys = try #require(scenario.result.Ok)
                #expect(found.credentials.accessKeyID == keys.access_key_id)
                #expect(found.credentials.secretAccessKey.text == keys.secret_access_key)
                #expect(found.credentials.sessionToken?.text == keys.session_token)
                #expect(found.credentials.expiration == nil)
            case .failure(let error):
                #expect(error.description.contains(try #require(scenario.result.ErrorContains)))
            }
        case .nothing, .notApplicable:
            #expect(throws: CredentialsError.self) { try outcome.get() }
            if case .failure(let error) = outcome { #expect(error.source == nil, "\(error)") }
        case .refused(let property):
            #expect(throws: CredentialsError.self) { try outcome.get() }
            if case .failure(let error) = outcome {
                #expect(error.source == .profile)
                #expect(error.description.contains("needs \(property)"), "\(error)")
            }
        }
    }

    private static func outcome(
        _ chain: CredentialsChain
    ) async -> Result<CredentialsChain.Found, CredentialsError> {
        do throws(CredentialsError) {
            return .success(try await chain.load())
        } catch {
            return .failure(error)
        }
    }
}

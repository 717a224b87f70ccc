import Foundation
import SigV4
import TestSupport
import Testing
import Upstream

@testable import CredentialSources

/// The recorded runs of credential providers that all AWS SDKs share.
///
/// Container and instance are played: what they do is tested beside them.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct ScenarioTests {
    private struct Scenario: Decodable {
        struct Outcome: Decodable {
            struct Keys: Decodable {
                var access_key_id: String
                var secret_access_key: String
                var session_token: String?
                var expiry: Int64?
            }
            var Ok: Keys?
        }
        var result: Outcome
    }

    /// The outcome of a scenario.
    private enum Expectation: Equatable {
        /// The credentials that the scenario names.
        case found
        /// An error where the scenario has one too; the words are ours.
        case fails(CredentialsSourceName, String)
        /// The next source is asked, which is the container or the instance.
        case passesOn
        /// An outcome of our own, on purpose.
        case differs(CredentialsSourceName, String, because: String)
    }

    private static let ignoresEndpoints =
        "a variable or a profile must not lead credentials to another host; credentials.sts.endpoint may"

    private static let expectations: [String: Expectation] = [
        "default-credential-provider-chain/e2e_fips_and_dual_stack_sso": .found,
        "default-credential-provider-chain/ecs_assume_role": .found,
        "default-credential-provider-chain/ecs_credentials": .passesOn,
        "default-credential-provider-chain/ecs_credentials_invalid_profile": .passesOn,
        "default-credential-provider-chain/eks_pod_identity_credentials": .passesOn,
        "default-credential-provider-chain/eks_pod_identity_no_token_file": .passesOn,
        "default-credential-provider-chain/environment_variables": .found,
        "default-credential-provider-chain/environment_variables_blank": .found,
        "default-credential-provider-chain/imds_assume_role": .found,
        "default-credential-provider-chain/imds_config_with_no_creds": .passesOn,
        "default-credential-provider-chain/imds_default_chain_error": .passesOn,
        "default-credential-provider-chain/imds_default_chain_retries": .passesOn,
        "default-credential-provider-chain/imds_default_chain_success": .passesOn,
        "default-credential-provider-chain/imds_disabled": .passesOn,
        "default-credential-provider-chain/imds_no_iam_role":
            .fails(.profile, "has credential_source Ec2InstanceMetadata, which gives none"),
        "default-credential-provider-chain/imds_token_fail": .fails(.instance, "is turned off"),
        "default-credential-provider-chain/prefer_environment": .found,
        "default-credential-provider-chain/profile_name": .found,
        "default-credential-provider-chain/profile_overrides_web_identity": .differs(
            .webIdentity,
            "for AssumeRoleWithWebIdentity of 'arn:aws:iam::123456789:role/RoleB'",
            because: "the list of sources names web_identity before profile"
        ),
        "default-credential-provider-chain/profile_static_keys": .found,
        "default-credential-provider-chain/profile_static_keys_case_insensitive": .found,
        "default-credential-provider-chain/sso_assume_role": .found,
        "default-credential-provider-chain/sso_no_token_file": .fails(
            .profile,
            "has no SSO login in '/home/.aws/sso/cache/dace00cba5f8355ec9d274ceb2bcebdfbeed0e12.json'"
        ),
        "default-credential-provider-chain/sso_server_error": .fails(.profile, "for SSO, got status 503"),
        "default-credential-provider-chain/web_identity_source_profile_no_env":
            .fails(.profile, "profile 'B' has web_identity_token_file without role_arn"),
        "default-credential-provider-chain/web_identity_token_env": .found,
        "default-credential-provider-chain/web_identity_token_invalid_jwt":
            .fails(
                .profile,
                "profile 'B': asked https://sts.us-east-1.amazonaws.com/ for AssumeRoleWithWebIdentity"
            ),
        "profile-provider/assume_role_override_global_env_url": elsewhere,
        "profile-provider/assume_role_override_global_profile_url": elsewhere,
        "profile-provider/assume_role_override_service_env_url": elsewhere,
        "profile-provider/assume_role_override_service_profile_url": elsewhere,
        "profile-provider/credential_process": .found,
        "profile-provider/credential_process_account_id_fallback": .found,
        "profile-provider/credential_process_failure": .fails(
            .profile,
            "the credential_process of profile 'default' ended with exit code 1 and 0 bytes on standard error"
        ),
        "profile-provider/credential_process_invalid":
            .fails(.profile, "the credential_process of profile 'default' wrote no JSON document"),
        "profile-provider/e2e_assume_role": .found,
        "profile-provider/e2e_fips_and_dual_stack_sts": .found,
        "profile-provider/empty_config": .passesOn,
        "profile-provider/invalid_config": .fails(.profile, "could not parse profile file"),
        "profile-provider/invalid_sso_credentials_config":
            .fails(.profile, "has SSO without sso_account_id, so that it stands for no role"),
        "profile-provider/region_override": .found,
        "profile-provider/retry_on_error": .found,
        "profile-provider/sso_credentials": .found,
        "profile-provider/sso_override_global_env_url": .differs(
            .profile,
            "asked https://portal.sso.us-east-1.amazonaws.com/",
            because: ignoresEndpoints
        ),
        "profile-provider/sso_token":
            .fails(.profile, "has SSO without sso_account_id, so that it stands for no role"),
    ]

    private static let elsewhere = Expectation.differs(
        .profile,
        "asked https://sts.us-east-1.amazonaws.com/",
        because: ignoresEndpoints
    )

    @Test
    func everyScenarioHasAnExpectation() throws {
        let names = try ["default-credential-provider-chain", "profile-provider"].flatMap { folder in
            try Corpora.list("aws-credential-scenarios/\(folder)").map { "\(folder)/\($0)" }
        }
        #expect(Set(names) == Set(Self.expectations.keys))
        #expect(names.count == 45)
    }

    @Test(arguments: expectations.keys.sorted())
    func theScenarioEndsAsItShould(_ name: String) async throws {
        let root = "aws-credential-scenarios/\(name)"
        let environment = try Corpora.decode([String: String].self, from: "\(root)/env.json")
        let scenario = try Corpora.decode(Scenario.self, from: "\(root)/test-case.json")
        let traffic = try RecordedTraffic("\(root)/http-traffic.json")
        let expectation = try #require(Self.expectations[name])
        let outcome = await Self.outcome(Self.chain(name, environment, traffic))

        switch expectation {
        case .found:
            let found = try outcome.get()
            let keys = try #require(scenario.result.Ok)
            #expect(found.credentials.accessKeyID == keys.access_key_id)
            #expect(found.credentials.secretAccessKey.text == keys.secret_access_key)
            #expect(found.credentials.sessionToken?.text == keys.session_token)
            #expect(found.credentials.expiration == keys.expiry)
            #expect(traffic.problems == [])
        case .fails(let source, let words):
            #expect(scenario.result.Ok == nil)
            Self.expect(outcome, source, words)
            #expect(traffic.problems == [])
        case .passesOn:
            Self.expect(outcome, .search, "no source has credentials")
            #expect(!traffic.problems.contains { $0.contains("unexpected") })
        case .differs(let source, let words, _):
            // The recorded outcome must be another, or there is nothing on purpose.
            #expect(traffic.problems != [])
            Self.expect(outcome, source, words)
        }
    }

    private static func chain(
        _ name: String,
        _ environment: [String: String],
        _ traffic: RecordedTraffic
    ) -> CredentialsChain {
        let isOtherHost = if case .differs = expectations[name] { true } else { false }
        var services = CredentialServices(
            region: environment["AWS_REGION"] ?? "eu-north-1",
            send: { request throws(UpstreamError) in
                let response = try await traffic.send(request)
                // What was recorded at another host must not be taken from the usual one.
                if isOtherHost { throw UpstreamError(.unreachable, phase: .notSent, detail: "not recorded") }
                return response
            },
            now: { 1_600_000_000 },
            pause: { _ in }
        )
        services.run = ShellCommand.runner(timeout: .seconds(10))
        let root = "aws-credential-scenarios/\(name)"
        let read: ProfileCredentials.Reader = { path in try? Corpora.bytes("\(root)/fs\(path)") }
        let base = Credentials(accessKeyID: "ASIABASE", secretAccessKey: Secret("base"))
        let profile = ProfileCredentials(
            environment: environment,
            services: services,
            container: PlayedCredentials(name: .container, outcome: .success(base)),
            instance: PlayedCredentials(name: .instance, outcome: instance(name, base)),
            read: read,
            readToken: read
        )
        guard !name.hasPrefix("profile-provider") else { return CredentialsChain([profile]) }
        return CredentialsChain([
            EnvironmentCredentials(environment: environment),
            WebIdentityCredentials(environment: environment, services: services, read: read), profile,
        ])
    }

    private static func instance(
        _ name: String,
        _ base: Credentials
    ) -> Result<Credentials?, CredentialsError> {
        if name.hasSuffix("imds_no_iam_role") { return .success(nil) }
        if name.hasSuffix("imds_token_fail") {
            return .failure(CredentialsError(.instance, "the metadata service is turned off"))
        }
        return .success(base)
    }

    private static func expect(
        _ outcome: Result<CredentialsChain.Found, CredentialsError>,
        _ source: CredentialsSourceName,
        _ words: String
    ) {
        #expect(throws: CredentialsError.self) { try outcome.get() }
        guard case .failure(let error) = outcome else { return }
        #expect(error.source ?? .search == source, "\(error)")
        #expect(error.description.contains(words), "\(error)")
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

/// A source with a given outcome.
struct PlayedCredentials: CredentialsSource {
    let name: CredentialsSourceName
    let outcome: Result<Credentials?, CredentialsError>

    func load() async throws(CredentialsError) -> Credentials? { try outcome.get() }
}

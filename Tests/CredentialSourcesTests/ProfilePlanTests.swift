import Cryptography
import Foundation
import Messages
import SigV4
import TestSupport
import Testing

@testable import CredentialSources

/// The way from a profile to credentials, against the table that the AWS SDKs share.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct ProfilePlanTests {
    private struct Case: Decodable {
        struct Input: Decodable {
            var profiles: [String: [String: String]]
            var selected_profile: String
            var sso_sessions: [String: [String: String]]?
        }
        struct Output: Decodable {
            struct Step: Decodable {
                var AccessKey: [String: String]?
                var NamedSource: String?
                var AssumeRole: [String: String]?
                var WebIdentityToken: [String: String]?
                var Sso: [String: String]?
            }
            var ProfileChain: [Step]?
            var Error: String?
        }
        var docs: String?
        var input: Input
        var output: Output
    }

    /// The words of our error for each error of the table; nil: no error, but no credentials either.
    private static let words: [String: String?] = [
        "profile must contain `source_profile`": "has role_arn without source_profile or credential_source",
        "profile contained both source_profile and credential_source":
            "has both source_profile and credential_source",
        "profile missing aws_secret_access_key": "has aws_access_key_id alone",
        "profile missing aws_access_key_id": "has aws_secret_access_key alone",
        "profile `B` did not contain credential information":
            "profile 'B' is a source_profile and has no credentials",
        // The search goes on, as it does where the whole file is missing.
        "profile `A` did not contain credential information": nil,
        "could not find source profile B referenced from A": "profile 'A' names source_profile 'B'",
        "No profiles were defined": "is in neither",
        "profile formed an infinite loop": "has a loop of source_profile: 'A' → 'B' → 'A'",
        "`role_arn` was missing": "has web_identity_token_file without role_arn",
        "if `sso_role_name` is set, then `sso_account_id` must also be set": "has SSO without sso_account_id",
        "if `sso_account_id` is set, then `sso_role_name` must also be set": "has SSO without sso_role_name",
        "`sso_region` can only be specified in the [sso-session] config when a session name is given":
            "has SSO without sso_account_id",
        "sso-session named `oops` (referenced by profile `A`) was not found": "names sso_session 'oops'",
    ]

    @Test
    func everyCaseOfTheTableHolds() throws {
        let cases = try Corpora.decode([Case].self, from: "aws-credential-scenarios/assume-role-tests.json")
        #expect(cases.count == 28)
        for test in cases {
            let outcome = Self.plan(test.input)
            let name = test.docs ?? test.input.selected_profile
            switch (outcome, test.output.ProfileChain, test.output.Error) {
            case (.success(let plan?), let chain?, _):
                #expect(Self.text(plan) == chain.map(Self.text), "\(name)")
            case (.failure(let error), nil, let expected?):
                let words = Self.words[expected].flatMap { $0 } ?? "an error without words here"
                #expect(error.description.contains(words), "\(name): \(error)")
            case (.success(nil), nil, let expected?):
                #expect(Self.words[expected] == .some(nil), "\(name)")
            case (.failure(let error), let chain?, _):
                // A session without a role is a login for another kind of service: it gives no credentials.
                #expect(chain.first?.Sso?["sso_session"] == "foo", "\(name): \(error)")
                #expect(error.description.contains("has SSO without sso_account_id"))
            default:
                Issue.record("\(name): \(outcome)")
            }
        }
    }

    @Test
    func chainsHaveABound() {
        let profiles = Dictionary(
            uniqueKeysWithValues: (0..<40).map { index in
                ("p\(index)", ["role_arn": "arn:aws:iam::1:role/r", "source_profile": "p\(index + 1)"])
            }
        )
        let outcome = Self.plan(.init(profiles: profiles, selected_profile: "p0"))
        #expect(throws: CredentialsError.self) { try outcome.get() }
    }

    private static func plan(_ input: Case.Input) -> Result<ProfilePlan?, CredentialsError> {
        var text = ""
        for (name, properties) in input.profiles {
            text += "[profile \(name)]\n" + properties.map { "\($0) = \($1)\n" }.joined()
        }
        for (name, properties) in input.sso_sessions ?? [:] {
            text += "[sso-session \(name)]\n" + properties.map { "\($0) = \($1)\n" }.joined()
        }
        do throws(CredentialsError) {
            guard let file = try? ProfileFile(Array(text.utf8)) else { return .success(nil) }
            let planner = ProfilePlanner(
                profiles: Profiles(config: file),
                locations: ProfileLocations(environment: [:]),
                sessionName: "syncgate"
            )
            return .success(try planner.plan(for: input.selected_profile))
        } catch {
            return .failure(error)
        }
    }

    private static func text(_ plan: ProfilePlan) -> [String] {
        let base =
            switch plan.base {
            case .keys(let keys): "keys \(keys.accessKeyID) \(keys.secretAccessKey.text)"
            case .named(let source): "source \(source.rawValue)"
            case .webIdentity(let identity):
                "identity \(identity.role.arn) \(identity.tokenFile) \(identity.role.sessionName)"
            case .singleSignOn(let sso): "sso \(sso.account) \(sso.region) \(sso.role) \(sso.cacheKey)"
            case .process(let line): "process \(line)"
            }
        return [base]
            + plan.steps.map { "role \($0.role.arn) \($0.role.externalID ?? "") \($0.role.sessionName)" }
    }

    private static func text(_ step: Case.Output.Step) -> String {
        if let keys = step.AccessKey {
            return "keys \(keys["access_key_id"] ?? "") \(keys["secret_access_key"] ?? "")"
        }
        if let source = step.NamedSource { return "source \(source)" }
        if let role = step.AssumeRole {
            let (external, session) = (role["external_id"] ?? "", role["role_session_name"] ?? "syncgate")
            return "role \(role["role_arn"] ?? "") \(external) \(session)"
        }
        if let identity = step.WebIdentityToken {
            let session = identity["role_session_name"] ?? "syncgate"
            return
                "identity \(identity["role_arn"] ?? "") \(identity["web_identity_token_file"] ?? "") \(session)"
        }
        let sso = step.Sso ?? [:]
        let (account, role) = (sso["sso_account_id"] ?? "", sso["sso_role_name"] ?? "")
        return "sso \(account) \(sso["sso_region"] ?? "") \(role) \(sso["sso_start_url"] ?? "")"
    }

    @Test
    func theDigestOfTheCacheNamesIsSHA1() {
        #expect(
            Hexadecimal.text(Digest.sha1(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d"
        )
        #expect(Hexadecimal.text(Digest.sha1([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            Hexadecimal.text(Digest.sha1(Array("https://ssotest.awsapps.com/start".utf8)))
                == "dace00cba5f8355ec9d274ceb2bcebdfbeed0e12"
        )
        let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(Hexadecimal.text(Digest.sha1(million)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }
}

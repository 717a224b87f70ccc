import Foundation
import SigV4
import Testing

@testable import CredentialSources

struct ProfileCredentialsTests {
    private func load(
        _ files: [String: String],
        profile: String? = nil
    ) async throws -> Credentials? {
        var environment = ["HOME": "/home/user/"]
        environment["AWS_PROFILE"] = profile
        let source = ProfileCredentials(environment: environment, services: .offline) { path in
            files[path].map { Array($0.utf8) }
        }
        return try await source.load()
    }

    @Test
    func theCredentialsFileWinsPropertyByProperty() async throws {
        let credentials = try await load([
            "/home/user/.aws/config": "[default]\naws_access_key_id=old\naws_secret_access_key=old\n",
            "/home/user/.aws/credentials":
                "\u{FEFF}[default]\r\naws_access_key_id = new\r\naws_secret_access_key = new\r\n"
                + "aws_session_token = t=/+= # a comment\r\n",
        ])
        #expect(
            credentials
                == Credentials(
                    accessKeyID: "new",
                    secretAccessKey: Secret("new"),
                    sessionToken: Secret("t=/+=")
                )
        )
    }

    @Test
    func withoutFilesThereAreNoCredentials() async throws {
        #expect(try await load([:]) == nil)
    }

    @Test
    func aChosenProfileThatIsNowhereIsAnErrorThatNamesTheFiles() async throws {
        let error = try await #require(throws: CredentialsError.self) { try await load([:], profile: "who") }
        #expect(
            error.description
                == "profile 'who' is in neither '/home/user/.aws/config' nor '/home/user/.aws/credentials'; "
                + "add it or choose another"
        )
    }

    @Test(arguments: [
        (
            "role_arn = x\naws_access_key_id = hush\naws_secret_access_key = hush",
            "has a role_arn that is not an ARN"
        ),
        ("web_identity_token_file = /hush", "has web_identity_token_file without role_arn; add it"),
        ("sso_start_url = hush", "has SSO without sso_account_id"),
        ("sso_account_id = hush", "has SSO without sso_role_name"),
        ("credential_process = hush", "the credential_process of profile 'default' cannot be started"),
        ("login_session = hush", "needs login_session, the login of a person (aws login)"),
        ("role_arn = arn:hush\nmfa_serial = hush", "has mfa_serial, which needs a person"),
        ("role_arn = arn:hush\nduration_seconds = hush", "has a duration_seconds that is not a number"),
        ("role_arn = arn:hush\nduration_seconds = 10", "has a duration that STS refuses"),
        ("role_arn = arn:hush\nrole_session_name = hush hush", "has a session name that STS refuses"),
        ("role_arn = arn:hush\nexternal_id = hush{", "has an external_id that STS refuses"),
        ("role_arn = arn:hush\ncredential_source = hush", "has an unknown credential_source"),
        ("aws_access_key_id = 'hush'\naws_secret_access_key = hush", "has quotes in aws_access_key_id"),
        ("aws_access_key_id = hush\naws_secret_access_key = \"hush\"", "has quotes in aws_secret_access_key"),
        (
            "aws_access_key_id = h\naws_secret_access_key = hush\n hush",
            "has white space or other bytes in aws_secret"
        ),
        (
            "aws_access_key_id = h\naws_secret_access_key = h\naws_expiration = hush",
            "aws_expiration that is not a time"
        ),
        ("aws_access_key_id = hush", "has aws_access_key_id alone; add aws_secret_access_key"),
        (
            "aws_secret_access_key = hush\naws_access_key_id =",
            "has aws_secret_access_key alone; add aws_access_key_id"
        ),
        ("fine = 1\n\nhush", "credentials', line 4: Expected an '=' sign defining a property"),
    ])
    func unusablePropertiesAreNamedAndNotShown(_ properties: String, _ words: String) async throws {
        let error = try await #require(throws: CredentialsError.self) {
            try await load(["/home/user/.aws/credentials": "[default]\n" + properties])
        }
        #expect(error.description.contains(words))
        #expect(!error.description.contains("hush"))
        #expect(error.source == .profile)
    }

    /// A profile file of an old tool, and the leftovers of SSO beside keys.
    @Test
    func theOldTokenTheEndAndKeysBesideSSOAreTaken() async throws {
        let keys = "aws_access_key_id = a\naws_secret_access_key = b\n"
        let old = try await load([
            "/home/user/.aws/credentials":
                "[default]\n\(keys)aws_security_token = old\naws_expiration = 2001-09-09T01:46:40Z"
        ])
        #expect(old?.sessionToken?.text == "old")
        #expect(old?.expiration == 1_000_000_000)
        let both = try await load([
            "/home/user/.aws/config":
                "[default]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r",
            "/home/user/.aws/credentials":
                "[default]\n\(keys)aws_security_token = old\naws_session_token = new",
        ])
        #expect(both?.accessKeyID == "a")
        #expect(both?.sessionToken?.text == "new")
    }

    @Test
    func keysWinOverAProcess() async throws {
        let credentials = try await load([
            "/home/user/.aws/config": "[default]\ncredential_process = x",
            "/home/user/.aws/credentials": "[default]\naws_access_key_id = a\naws_secret_access_key = b",
        ])
        #expect(credentials?.accessKeyID == "a")
    }

    @Test
    func onlyATildeBeforeASlashIsHome() {
        let locations = ProfileLocations(environment: [
            "HOME": "/home/user", "AWS_CONFIG_FILE": "~/config", "AWS_SHARED_CREDENTIALS_FILE": "~user/x",
            "AWS_PROFILE": " ",
        ])
        #expect(locations.config == "/home/user/config")
        #expect(locations.credentials == "~user/x")
        #expect(locations.profile == "default")
        #expect(!locations.isProfileChosen)
        #expect(ProfileLocations(environment: [:]).config == "~/.aws/config")
    }

    @Test
    func bytesThatAreNoTextNameTheirLine() {
        #expect(throws: ProfileFile.Malformed(line: 2, reason: "Not UTF-8")) {
            try ProfileFile(Array("[default]\n".utf8) + [0xC3, 0x28])
        }
    }

    @Test
    func aFileIsReadFromDiskThroughALink() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "credentials")
            let link = folder.appending(path: "link")
            try Data("[a]\naws_access_key_id = a\naws_secret_access_key = b\n".utf8).write(to: file)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
            let environment = [
                "AWS_SHARED_CREDENTIALS_FILE": link.path, "AWS_CONFIG_FILE": folder.path + "/none",
                "AWS_PROFILE": "a",
            ]
            let source = ProfileCredentials(environment: environment, services: .offline)
            #expect(try await source.load()?.accessKeyID == "a")
            try Data("[a]\naws_access_key_id = c\naws_secret_access_key = d\n".utf8).write(to: file)
            #expect(try await source.load()?.accessKeyID == "c")
        }
    }

    @Test
    func aFileThatIsTooLargeOrNoFileIsRefused() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "large")
            try Data(repeating: UInt8(ascii: "\n"), count: SharedFile.limit).write(to: file)
            #expect(try SharedFile.read(file.path)?.count == SharedFile.limit)
            try Data(repeating: UInt8(ascii: "\n"), count: SharedFile.limit + 1).write(to: file)
            #expect(
                throws: CredentialsError(
                    .profile,
                    "profile file '\(file.path)' is larger than 1048576 bytes; shorten it"
                )
            ) {
                try SharedFile.read(file.path)
            }
            for path in [folder.path, "/dev/null"] {
                let message = "profile file '\(path)' is not a regular file; name one"
                #expect(throws: CredentialsError(.profile, message)) {
                    try SharedFile.read(path)
                }
            }
            #expect(try SharedFile.read(folder.path + "/none") == nil)
            try Data().write(to: file)
            #expect(try SharedFile.read(file.path) == [])
        }
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "profile-credentials-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }
}

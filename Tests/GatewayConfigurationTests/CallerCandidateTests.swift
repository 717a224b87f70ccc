import Testing

@testable import GatewayConfiguration

/// The marks by which callers are recognised.
@Suite struct CallerCandidateTests {
    @Test(arguments: [
        ("spiffe://prod/ns/profile/sa/default", "spiffe://prod/ns/profile/sa/default"),
        ("https://profile.example/Path", "https://profile.example/Path"), ("urn:uuid:0a", "urn:uuid:0a"),
        ("dns:Profile.Example", "dns:profile.example"), ("profile", "dns:profile"), ("a.b.", "dns:a.b."),
        ("key:a.b-c_1", "key:a.b-c_1"),
        ("jwt:cluster:system:serviceaccount:a:b", "jwt:cluster:system:serviceaccount:a:b"),
        ("uid:0", "uid:0"), ("uid:4294967295", "uid:4294967295"),
    ])
    func aCandidateHasAFullForm(_ text: String, _ full: String) throws {
        let candidate = try #require(CallerCandidate(text))
        #expect(candidate.text == full)
        #expect(CallerCandidate(full) == candidate)
    }

    @Test(arguments: [
        "", " ", "a b", "key:", "key:a b", "key:a:b", "keys:a", "jwt:cluster", "jwt:cluster:", "jwt::sub",
        "uid:", "uid:-1",
        "uid:01", "uid:4294967296", "dns:", "dns:a/b", "dns:a:b", "spiffe:a", "spiffe://", "spiffe://Prod/a",
        "spiffe://prod/",
        "spiffe://prod//a", "spiffe://prod/../a", "spiffe://prod/a?b", "mailto:a@b", "urn:", "Https://a",
        "1a://b", "é",
        "key:é", "https:/a", "https://", String(repeating: "a", count: 2049),
    ])
    func anyOtherTextIsNone(_ text: String) { #expect(CallerCandidate(text) == nil) }
}

import Messages
import Policy
import TestSupport
import Testing

/// Patterns of dataset names, in which `*` stands for any run of characters.
@Suite struct DatasetPatternTests {
    private func matches(_ pattern: String, _ name: String) -> Bool {
        DatasetPattern(pattern).matches(name.utf8.span)
    }

    @Test(arguments: [
        ("profile", "profile"), ("*", "a"), ("*", ""), ("settings.*", "settings."),
        ("settings.*", "settings.a.b"),
        ("*.log", "a.log"), ("a*b", "ab"), ("a*b", "axxb"), ("a*b*c", "abc"), ("a*b*c", "a.b.b.c"),
        ("**", "anything"), ("a**b", "ab"), ("*aab*", "aaab"), ("*abab*", "aabaabab"), ("*a*a*a*", "xaxaxa"),
    ])
    func aNameMatches(_ pattern: String, _ name: String) { #expect(matches(pattern, name)) }

    @Test(arguments: [
        ("profile", "profiles"), ("profile", "profil"), ("profile", "Profile"), ("settings.*", "settings"),
        ("settings.*", "settingsXa"), ("*.log", "log"), ("aba*aba", "aba"), ("a*b", "abc"), ("a*b*c", "acb"),
        ("*ab*ab*", "aab"), ("", "a"), ("a?c", "abc"), ("[a]", "a"), (".*", "ab"),
    ])
    func aNameDoesNotMatch(_ pattern: String, _ name: String) { #expect(!matches(pattern, name)) }

    /// Draws short names of few letters, so that pieces overlap and matches are many.
    @Test func patternsMatchAsASlowMatcherDoes() {
        var random = SplitMix64(seed: 41)
        var count = 0
        for _ in 0..<20_000 {
            func text(_ letters: [Character], _ most: Int) -> String {
                String(
                    (0..<Int.random(in: 0...most, using: &random)).map { _ in
                        letters[Int.random(in: 0..<letters.count, using: &random)]
                    }
                )
            }
            let pattern = text(["a", "b", "*"], 9)
            let name = text(["a", "b"], 14)
            let expected = Self.matches(Array(pattern)[...], Array(name)[...])
            count += expected ? 1 : 0
            #expect(matches(pattern, name) == expected, "\(pattern) \(name)")
        }
        #expect(count > 1000)
    }

    /// A matcher that goes back would need more than 2^40 steps.
    @Test(.timeLimit(.minutes(1))) func theTimeIsBounded() {
        let pattern = String(repeating: "a*", count: 63) + "b"
        let name = String(repeating: "a", count: 128)
        for _ in 0..<1000 { #expect(!matches(pattern, name)) }
    }

    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" {
            return matches(pattern.dropFirst(), name) || !name.isEmpty && matches(pattern, name.dropFirst())
        }
        return name.first == first && matches(pattern.dropFirst(), name.dropFirst())
    }
}

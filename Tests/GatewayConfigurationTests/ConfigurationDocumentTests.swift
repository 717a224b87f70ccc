import Foundation
import GatewayConfiguration
import Testing

@Suite struct ConfigurationDocumentTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "config/syncgate.yaml")

    @Test func theDocumentedFileHasEveryKeyWithItsDefault() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(text == Configuration.documentedYAML)
    }

    @Test func theDocumentedFileIsAtMost120ColumnsWide() {
        #expect(Configuration.documentedYAML.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test func theDocumentedFileReadsAsTheDefault() throws {
        let loaded = try Configuration.load(file: Self.file.path)
        #expect(loaded.configuration == Configuration())
        #expect(loaded.warnings.isEmpty)
    }

    @Test func theEffectiveConfigurationReadsAsItself() throws {
        let text = """
            workers: 2
            listen: { address: "[::]:80" }
            upstream: { endpoint: "https://[::1]:8443", max_age: 90s, timeouts: { total: 1500ms, first_byte: 10ms } }
            credentials: { sources: [profile], profile: "a: b # \\"c\\" $${D} \\\\ 'e' é" }
            allow: { operations: [ListRecords, BulkPublish], identity_pools: ["us-east-1:0a", "b:1"] }
            cache: { memory: 1536B, absent: 2m }
            log: { level: trace, access: false }
            """
        let configuration = try load(text).get().configuration
        #expect(try load(configuration.redactedYAML).get().configuration == configuration)
        #expect(configuration != Configuration())
    }

    @Test func keysAreUniqueAndInSections() {
        let keys = Configuration.keys.map(\.key)
        #expect(Set(keys).count == keys.count)
        let sections = Configuration.keys.map { $0.name.path[0] }
        let changes = zip(sections, sections.dropFirst()).count { $0 != $1 } + 1
        #expect(changes == Set(sections).count, "a section is split")
        #expect(Configuration.keys.allSatisfy { !$0.comment.isEmpty && !$0.comment.contains("\n") })
    }

    /// A stored property without a key could never be set.
    @Test func everyPropertyHasAKey() {
        func leaves(_ value: Any, depth: Int = 0) -> Int {
            let mirror = Mirror(reflecting: value)
            guard mirror.displayStyle == .struct, depth < 4, "\(type(of: value))" != "Duration" else {
                return 1
            }
            return mirror.children.reduce(0) { $0 + leaves($1.value, depth: depth + 1) }
        }
        #expect(leaves(Configuration()) == Configuration.keys.count)
    }
}

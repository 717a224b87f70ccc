import Foundation
import Testing

@testable import GatewayConfiguration

@Suite struct TokenKeyTests {
    private func file(_ bytes: [UInt8]) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "syncgate-key-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        return url.path
    }

    private func withFile<Value>(_ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
        let path = try file(bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test(arguments: [32, 33, 4096])
    func aTokenKeyIsTheBytesOfItsFile(length: Int) throws {
        let bytes = (0..<length).map { _ in UInt8(0x0A) }
        #expect(try withFile(bytes) { try TokenKey.read($0) } == bytes)
    }

    @Test(arguments: [0, 31, 4097])
    func aKeyIsRefusedWhenItIsTooShortOrTooLong(length: Int) throws {
        let bytes = [UInt8](repeating: 1, count: length)
        try withFile(bytes) { path in
            _ = #expect(throws: ConfigurationProblem.self) { try TokenKey.read(path) }
        }
    }

    @Test func aKeyThatCannotBeUsedIsAFaultOfTheConfiguration() throws {
        for path in ["/nowhere/key", "/"] {
            let problems = try #require(throws: ConfigurationProblems.self) {
                try load("cache: { token_key_file: \(path) }").get()
            }
            #expect(problems.description.contains("cannot be read as a token key"))
        }
        try withFile([UInt8](repeating: 1, count: 31)) { path in
            let problems = try #require(throws: ConfigurationProblems.self) {
                try load("cache: { token_key_file: \(path) }").get()
            }
            #expect(problems.description.contains("is not a token key; write 32 to 4096 bytes"))
        }
        try withFile([UInt8](repeating: 1, count: 32)) { path in
            let loaded = try load("cache: { token_key_file: \(path), token_lifetime: 5m }").get()
            #expect(loaded.configuration.cache.tokens.keyFile == path)
            #expect(loaded.configuration.cache.tokens.lifetime == .seconds(300))
        }
    }
}

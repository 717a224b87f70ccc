import Foundation
import SigV4
import Testing

@testable import GatewayConfiguration

@Suite struct AdminTokenTests {
    private func read(_ text: String) -> Result<Secret, ConfigurationProblem> {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(FileManager.default.createFile(atPath: file.path, contents: Data(text.utf8)))
        return Result { () throws(ConfigurationProblem) in try AdminToken.read(file.path) }
    }

    @Test func aTokenIsTheTextOfItsFile() throws {
        #expect(try read("  0123456789abcdef\r\n").get().text == "0123456789abcdef")
    }

    @Test(arguments: ["", "\n", "short", "0123456789 abcdef", "0123456789abcdef\nMARKER", "0123456789abcdé"])
    func noOtherTextIsATokenAndItIsNotShown(text: String) {
        guard case .failure(let problem) = read(text) else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(!problem.description.contains("MARKER"))
    }

    @Test func aMissingFileIsAProblem() {
        #expect(throws: ConfigurationProblem.self) { try AdminToken.read("/nowhere/token") }
    }
}

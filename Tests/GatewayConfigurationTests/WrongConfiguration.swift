import Foundation
import Testing

@testable import GatewayConfiguration

/// A row of the tables in `Wrong`: a text, and the faults and warnings that it must lead to.
///
/// A line of the text begins with `|`, a fault with `!`, and a warning with `?`. Both begin with line and column.
struct WrongConfiguration: CustomTestStringConvertible {
    var table: String
    var text: String
    var faults: [String] = []
    var warnings: [String] = []

    var testDescription: String { "\(table): \(text)" }

    /// The rows of all tables.
    static let all: [WrongConfiguration] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Wrong")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted().flatMap { file in
            let text = (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
            return text.split(separator: "\n\n").map { WrongConfiguration(table: file, row: $0) }
        }
    }()

    private init(table: String, row: Substring) {
        self.table = table
        text = ""
        for line in row.split(separator: "\n") {
            let content = String(line.dropFirst(2))
            switch line.first {
            case "|": text += content + "\n"
            case "!": faults.append("f.yaml:" + content)
            case "?": warnings.append("f.yaml:" + content)
            default: faults.append("not a line of a table: \(line)")
            }
        }
    }
}

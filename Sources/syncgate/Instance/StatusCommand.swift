import ArgumentParser
import Foundation
import HTTPTypes

/// The command that prints the state of the running instance: `syncgate status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Print the state of the running instance."
    )

    @OptionGroup var options: InstanceOptions

    func run() async throws {
        try await options.perform(.get, "/status", needsToken: false) { response in
            for line in Self.lines(of: response.members) { print(line) }
        }
    }

    /// Returns a line for each value, under the path of its names, in the order of the names.
    static func lines(of object: [String: Any], under path: String = "") -> [String] {
        object.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            switch value {
            case let inner as [String: Any]: lines(of: inner, under: "\(path)\(name).")
            case let list as [[String: Any]]:
                list.enumerated().flatMap { lines(of: $1, under: "\(path)\(name).\($0).") }
            case let list as [Any]: ["\(path)\(name): \(list.map { "\($0)" }.joined(separator: ", "))"]
            case is NSNull: []
            case let number as NSNumber: ["\(path)\(name): \(text(of: number))"]
            default: ["\(path)\(name): \(value)"]
            }
        }
    }

    /// Returns a number, or `true` or `false`, as it is in JSON.
    private static func text(of number: NSNumber) -> String {
        let data = try? JSONSerialization.data(withJSONObject: number, options: .fragmentsAllowed)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}

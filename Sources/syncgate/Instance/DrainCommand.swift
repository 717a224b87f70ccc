import ArgumentParser
import HTTPTypes

/// The command that lets the running instance finish its requests and end: `syncgate drain`.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let the running instance finish its requests and end, as SIGTERM does."
    )

    @OptionGroup var options: InstanceOptions

    func run() async throws {
        try await options.perform(.post, "/drain") { _ in print("draining") }
    }
}

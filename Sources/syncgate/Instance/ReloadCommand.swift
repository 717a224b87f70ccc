import ArgumentParser
import HTTPTypes

/// The command that lets the running instance read its configuration again: `syncgate reload`.
///
/// It waits for the outcome. The exit code 1 says that the old configuration stays in force.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Read the configuration again, and say what is wrong and what waits for a restart."
    )

    @OptionGroup var options: InstanceOptions

    func run() async throws {
        try await options.perform(.post, "/reload", patience: 30) { response in
            for warning in response.list("warnings") { StandardError.write("warning: \(warning)") }
            print("reloaded")
            for pending in response.pendingRestart { print("waits for a restart: \(pending)") }
        }
    }
}

import ArgumentParser
import HTTPTypes

/// The command for a probe of a container: `syncgate health`.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Say by the exit code whether the running instance is alive.",
        discussion: "Alive stays so while it drains and without the service: a restart would not help then."
    )

    @Flag(help: "Ask whether it is ready for requests, and print each check.")
    var ready = false

    @OptionGroup var options: InstanceOptions

    func run() async throws {
        let target = ready ? "/readyz?verbose" : "/livez"
        try await options.perform(.get, target, patience: 2, needsToken: false) { response in
            print(response.text, terminator: "")
        }
    }
}

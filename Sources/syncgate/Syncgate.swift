import ArgumentParser

/// The command line; each command has a file of its own, and the exit codes are those of ``ExitStatus``.
@main
struct Syncgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "syncgate",
        abstract: "A caching reverse proxy and API gateway for Amazon Cognito Sync.",
        version: Version.line,
        subcommands: [
            ServeCommand.self, EmulateCommand.self, CheckCommand.self, SignCommand.self, StatusCommand.self,
            ReloadCommand.self, DrainCommand.self, PurgeCommand.self, HealthCommand.self, VersionCommand.self,
        ]
    )

    /// The entry of the program, with the arguments of the system.
    ///
    /// Without arguments it shows the help and ends with 64: a script that forgets them must not succeed.
    static func main() async {
        let arguments = Arguments.all
        if let fault = UnknownCommand.fault(arguments, among: configuration.subcommands) {
            StandardError.write(fault)
            exit(withError: ExitStatus.wrongUsage)
        }
        guard arguments.isEmpty else { return await main(arguments) }
        StandardError.write(helpMessage())
        exit(withError: ExitStatus.wrongUsage)
    }
}

/// The exit codes of the process (sysexits.h); the argument parser itself ends with 64 on wrong usage.
enum ExitStatus {
    static let failed = ExitCode(1)
    static let wrongUsage = ExitCode(64)
    static let cannotBind = ExitCode(69)
    static let unreachable = ExitCode(69)
    static let wrongConfiguration = ExitCode(78)
}

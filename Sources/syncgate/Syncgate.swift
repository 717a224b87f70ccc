import ArgumentParser

/// The command line: each command is one file; exit codes are those of `ExitStatus`.
@main
struct Syncgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "syncgate",
        abstract: "A caching reverse proxy and API gateway for Amazon Cognito Sync.",
        version: Version.line,
        subcommands: [
            ServeCommand.self, EmulateCommand.self, CheckCommand.self, SignCommand.self, VersionCommand.self,
        ]
    )
}

/// What the process ends with; usage errors are 64 by the argument parser itself (sysexits.h).
enum ExitStatus {
    static let failed = ExitCode(1)
    static let cannotBind = ExitCode(69)
    static let wrongConfiguration = ExitCode(78)
}

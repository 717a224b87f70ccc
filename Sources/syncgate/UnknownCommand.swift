import ArgumentParser
import GatewayConfiguration

/// The name of a command that there is not.
///
/// The argument parser would find fault with the options behind it instead.
enum UnknownCommand {
    /// Returns a sentence with the nearest command or all of them; nil if the arguments begin with a command.
    static func fault(_ arguments: [String], among commands: [any ParsableCommand.Type]) -> String? {
        guard let word = arguments.first, !word.hasPrefix("-") else { return nil }
        let names = commands.compactMap { $0.configuration.commandName }
        guard !names.contains(word), word != "help" else { return nil }
        let nearest = Suggestion.nearest(to: word, among: names).map { "did you mean \($0)?" }
        return
            "\(Quotation.text(word)) is not a command; \(nearest ?? "write one of \(names.joined(separator: ", "))")"
    }
}

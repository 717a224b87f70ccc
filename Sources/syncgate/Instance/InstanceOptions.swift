import ArgumentParser
import Foundation
import GatewayConfiguration
import Serving
import SigV4

/// The options of the commands that speak to the running instance.
struct InstanceOptions: ParsableArguments {
    @Option(
        help: """
            Where the instance has its admin listener: host:port, [ipv6]:port or unix:/path. Without it, \
            SYNCGATE_ADMIN__ADDRESS, the admin.address of --config, or 127.0.0.1:9901.
            """
    )
    var admin: String?

    @Option(help: "The configuration file of the instance, for its admin.address and admin.token_file.")
    var config: String?

    @Option(help: "The file of the admin token. Without it, SYNCGATE_ADMIN__TOKEN_FILE, or that of --config.")
    var tokenFile: String?

    @Option(help: "The longest time to wait, in seconds.")
    var timeout: Double?

    @Flag(help: "Print the response as JSON.")
    var json = false

    func validate() throws {
        if let timeout, !(0.001...3600).contains(timeout) {
            throw ValidationError("--timeout: '\(timeout)' is out of range; write 0.001 to 3600 seconds")
        }
        if let admin, (try? ListenAddress(parsing: admin)) == nil {
            throw ValidationError("--admin: '\(admin)' is not an address; write \(ListenAddress.form)")
        }
    }

    /// Returns the running instance that the options mean.
    ///
    /// - Parameters:
    ///   - patience: The longest wait in seconds, unless the options give one.
    ///   - needsToken: Whether to read the token: a command that only looks must work without its file.
    func instance(patience: Double, needsToken: Bool = true) throws -> RunningInstance {
        let environment = ProcessInfo.processInfo.environment
        let (keys, problems) = Configuration.adminKeys(file: config, environment: environment)
        if let config, !problems.isEmpty {
            StandardError.write("warning: \(config) has faults; syncgate check --config \(config) lists them")
        }
        return RunningInstance(
            address: try address(keys, environment),
            token: needsToken ? try token(keys, environment) : nil,
            patience: timeout ?? patience
        )
    }

    private func address(
        _ keys: Configuration.Admin,
        _ environment: [String: String]
    ) throws -> ListenAddress {
        guard let text = admin ?? environment["SYNCGATE_ADMIN__ADDRESS"] else { return keys.address }
        do {
            return try ListenAddress(parsing: text)
        } catch {
            StandardError.write(
                "SYNCGATE_ADMIN__ADDRESS: '\(text)' is not an address; write \(ListenAddress.form)"
            )
            throw ExitStatus.wrongConfiguration
        }
    }

    private func token(_ keys: Configuration.Admin, _ environment: [String: String]) throws -> Secret? {
        guard let file = tokenFile ?? environment["SYNCGATE_ADMIN__TOKEN_FILE"] ?? keys.tokenFile else {
            return nil
        }
        do {
            return try AdminToken.read(file)
        } catch {
            StandardError.write("\(error)")
            throw ExitStatus.wrongConfiguration
        }
    }
}

import ArgumentParser
import HTTPTypes
import Messages

/// The command that drops cached pages of the running instance: `syncgate purge --pool POOL`.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Drop cached pages of the running instance."
    )

    @Option(help: "The identity pool whose pages go.")
    var pool: String?

    @Option(help: "The identity whose pages go; with --pool.")
    var identity: String?

    @Option(help: "The dataset whose pages go; with --identity.")
    var dataset: String?

    @Flag(help: "Drop every page.")
    var all = false

    @OptionGroup var options: InstanceOptions

    func validate() throws {
        if all == (pool != nil) { throw ValidationError("give either --pool or --all") }
        if identity != nil, pool == nil { throw ValidationError("--identity needs --pool") }
        if dataset != nil, identity == nil { throw ValidationError("--dataset needs --identity") }
    }

    func run() async throws {
        let pairs = [("pool", pool), ("identity", identity), ("dataset", dataset)]
        let query = pairs.compactMap { name, value in value.map { "\(name)=\(Self.encode($0))" } }
        let target = query.isEmpty ? "/cache" : "/cache?\(query.joined(separator: "&"))"
        try await options.perform(.delete, target) { response in
            print("removed \(response.members["removed"] ?? 0)")
        }
    }

    private static func encode(_ value: String) -> String {
        var bytes: [UInt8] = []
        PercentCoding.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

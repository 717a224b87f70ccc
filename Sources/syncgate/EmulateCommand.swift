import ArgumentParser
import Emulator
import Gateway
import GatewayConfiguration
import Serving
import UnixSignals

/// The command that serves the emulator alone:
/// `syncgate emulate --listen 127.0.0.1:9000 --fault latency=30ms`.
struct EmulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emulate",
        abstract: "Serve an emulated Cognito Sync, with faults on command; for tests, on loopback."
    )

    @Option(help: "Where to listen: host:port, [ipv6]:port or unix:/path; port 0 lets the system choose.")
    var listen = "127.0.0.1:9000"

    @Option(
        help:
            "A fault to begin with, such as latency=30ms or status=503,operation=ListRecords,times=3; may be repeated."
    )
    var fault: [String] = []

    @Flag(help: "Let developer credentials register and subscribe devices, which the service refuses.")
    var allowDeviceOperations = false

    @Flag(help: "Do not look at signatures.")
    var ignoreSignatures = false

    @Flag(help: "Begin with the demo's data.")
    var demoData = false

    func run() async throws {
        UserSignals.ignore()
        DescriptorLimit.raise()
        var options = EmulatorOptions()
        options.demoData = demoData
        options.signatures = ignoreSignatures ? .ignored : .verified
        options.rules.deviceOperations = allowDeviceOperations ? .allowed : .refused
        options.faults = try fault.map { text in
            do { return try Fault(parsing: text) } catch {
                throw ValidationError("--fault \(text): \(error)")
            }
        }
        let address: ListenAddress
        do { address = try ListenAddress(parsing: listen) } catch {
            throw ValidationError("--listen: \(error)")
        }
        if !address.isLoopback {
            StandardError.write(
                "warning: --listen: '\(address)' is open to the network, and all who reach it may read the data and "
                    + "set faults; listen on 127.0.0.1"
            )
        }
        let clock = GatewayClock.system
        let emulator: Emulator
        do {
            emulator = try await Emulator.start(options: options, address: address) {
                clock.wall() / 1_000_000
            }
        } catch {
            StandardError.write("\(error)")
            throw ExitStatus.cannotBind
        }
        print("{\"message\":\"listening\",\"listener\":\"emulator\",\"address\":\"\(emulator.address)\"}")
        flushStandardOutput()
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
        await emulator.stop()
    }
}

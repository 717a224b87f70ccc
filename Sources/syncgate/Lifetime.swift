import Foundation
import Gateway
import Policy
import UnixSignals

/// The life of the process once the gateway listens: signals, and a drain that the admin listener requests.
struct Lifetime {
    let service: Service
    let environment: [String: String]

    private enum Event: Sendable {
        case signal(UnixSignal)
        case drainRequested
    }

    /// Handles signals and returns when the gateway has drained.
    func run() async {
        notify(.ready(status: service.statusLine))
        let watchdog = Watchdog(environment: environment, processID: getpid()).map { watchdog in
            Task { [service] in await watchdog.run { await service.responds(within: $0) } }
        }
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let signals = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigusr1) {
                continuation.yield(.signal(signal))
            }
        }
        let requests = Task { [service] in
            await service.drainRequested()
            continuation.yield(.drainRequested)
        }
        defer {
            watchdog?.cancel()
            signals.cancel()
            requests.cancel()
        }
        var draining: Task<Void, Never>?
        for await event in events {
            switch event {
            case .signal(.sighup):
                await reload()
            case .signal(.sigusr1):
                service.logState()
            case .signal where draining != nil:
                // A second signal ends the process at once: its sender does not want to wait.
                exit(0)
            case .signal, .drainRequested:
                guard draining == nil else { continue }
                notify(.stopping(within: service.longestDrain))
                draining = Task { [service] in
                    await service.drain()
                    continuation.finish()
                }
            }
        }
        await draining?.value
    }

    private func reload() async {
        let now = GatewayClock.system.monotonic().nanoseconds / 1_000
        notify(.reloading(monotonicMicroseconds: now))
        let status =
            switch await service.reload() {
            case .refused: "\(service.statusLine); the last reload was refused, and the log says why"
            case .applied, .nothingToRead: service.statusLine
            }
        notify(.ready(status: status))
    }

    private func notify(_ notification: ServiceNotification) { notification.send(environment: environment) }
}

import Synchronization

/// The runtime in force, and its generation.
///
/// A conclusion from a runtime may be kept beside the generation that was read before it. It holds for as long as
/// that is the generation: so a hit takes no lock that all requests share.
package final class CurrentRuntime: Sendable {
    private let runtime: Mutex<Runtime>
    private let replacements = Atomic<UInt64>(0)

    package init(_ runtime: Runtime) { self.runtime = Mutex(runtime) }

    package var value: Runtime { runtime.withLock { $0 } }
    package var generation: UInt64 { replacements.load(ordering: .acquiring) }

    package func replace(by runtime: Runtime) {
        self.runtime.withLock { $0 = runtime }
        replacements.add(1, ordering: .releasing)
    }
}

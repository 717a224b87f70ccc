import Synchronization

/// The runtime in force, and its generation.
///
/// A conclusion from a runtime may be kept beside its generation. It holds for as long as that is the one in force: so
/// a hit takes no lock that all requests share.
package final class CurrentRuntime: Sendable {
    private let runtime: Mutex<Runtime>
    private let current: Atomic<UInt64>

    package init(_ runtime: Runtime) {
        self.runtime = Mutex(runtime)
        current = Atomic(runtime.generation)
    }

    package var value: Runtime { runtime.withLock { $0 } }
    package var generation: UInt64 { current.load(ordering: .acquiring) }

    package func replace(by runtime: Runtime) {
        self.runtime.withLock { $0 = runtime }
        current.store(runtime.generation, ordering: .releasing)
    }
}

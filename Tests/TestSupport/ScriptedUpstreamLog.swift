import Synchronization

/// The requests and connections that a scripted upstream has seen.
final class ScriptedUpstreamLog: Sendable {
    struct State {
        var received: [ScriptedUpstream.Received] = []
        var accepted = 0
        var open = 0
        var mostOpen = 0
        /// The number of threads, the accepting one included.
        var threads = 1
        var isStopped = false
    }

    let state = Mutex(State())
}

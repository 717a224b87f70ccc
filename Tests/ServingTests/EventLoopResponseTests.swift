import Dispatch
import NIOCore
import NIOPosix
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(1))) struct EventLoopResponseTests {
    /// The sign of life of a watchdog needs each of them.
    @Test func oneStuckLoopIsNoResponse() async throws {
        let loops = EventLoops(workers: 2)
        #expect(await loops.respond(within: .seconds(20)))
        let gate = DispatchSemaphore(value: 0)
        loops.group.next().execute { gate.wait() }
        #expect(await !loops.respond(within: .milliseconds(50)))
        gate.signal()
        #expect(await loops.respond(within: .seconds(20)))
        await loops.shutdown()
    }
}

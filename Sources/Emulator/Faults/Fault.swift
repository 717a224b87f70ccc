/// A failure that the emulator injects, and the requests that it strikes.
///
/// A fault may have several effects at once, such as `latency=30ms,status=503`.
package struct Fault: Sendable, Equatable {
    /// The additional time until the response.
    package enum Latency: Sendable, Equatable {
        case fixed(milliseconds: Int64)
        /// A uniform distribution over a range of milliseconds.
        case uniform(ClosedRange<Int64>)
    }

    /// The replacement of the response.
    package enum Outcome: Sendable, Equatable {
        /// An error of any status; the operation is not carried out.
        case error(ServiceError)
        /// The connection closes without a byte; the operation is carried out, and the caller cannot know.
        case dropAfter
        /// The connection closes without a byte; the operation is not carried out, which looks the same.
        case dropBefore
    }

    /// The number of bytes of head and body after which the response is cut, and the kind of cut.
    package struct Cut: Sendable, Equatable {
        package var bytes: Int
        package var reset = false
    }

    package var latency: Latency?
    /// Whether the wait comes before the operation is carried out; else the response is old when it arrives.
    package var isLatencyFirst = false
    package var outcome: Outcome?
    package var cut: Cut?
    /// The milliseconds by which the clock of the emulator is ahead.
    package var skew: Int64 = 0
    package var selector = Selector()

    package init() {}

    /// The requests that a fault may strike.
    package struct Selector: Sendable, Equatable {
        /// The name of the operation; nil for all requests, even those that do not decode.
        package var operation: String?
        package var pool: String?
        package var identity: String?
        package var dataset: String?
        /// The probability of a strike in a million.
        package var chances: UInt64 = 1_000_000
        /// The remaining number of strikes; nil for no limit.
        package var times: Int?

        package init() {}
    }
}

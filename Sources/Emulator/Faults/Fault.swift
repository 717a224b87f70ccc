/// One thing that goes wrong, when and how often.
///
/// A fault may do several things at once, as `latency=30ms,status=503` does.
package struct Fault: Sendable, Equatable {
    /// How long the answer takes longer.
    package enum Latency: Sendable, Equatable {
        case fixed(milliseconds: Int64)
        /// Evenly between the two.
        case uniform(ClosedRange<Int64>)
    }

    /// What is answered instead of the service's answer.
    package enum Outcome: Sendable, Equatable {
        /// An error of any status; the operation is not carried out.
        case error(ServiceError)
        /// The connection closes without a byte; the operation is carried out, and the caller cannot know.
        case dropAfter
        /// The connection closes without a byte; the operation is not carried out, which looks the same.
        case dropBefore
    }

    /// Where the answer is cut off, counted over head and body.
    package struct Cut: Sendable, Equatable {
        package var bytes: Int
        package var reset = false
    }

    package var latency: Latency?
    /// Whether the wait comes before the operation is carried out; else the answer is old when it arrives.
    package var isLatencyFirst = false
    package var outcome: Outcome?
    package var cut: Cut?
    /// Milliseconds by which the service's clock is ahead.
    package var skew: Int64 = 0
    package var selector = Selector()

    package init() {}

    /// Which requests a fault is for.
    package struct Selector: Sendable, Equatable {
        /// The operation's name; nil for all, those that could not be read included.
        package var operation: String?
        package var pool: String?
        package var identity: String?
        package var dataset: String?
        /// Chances in a million.
        package var chances: UInt64 = 1_000_000
        /// How many more times it strikes; nil for ever.
        package var times: Int?

        package init() {}
    }
}

/// The offset of upstream's clock from ours, learned when upstream refuses a signature for its time.
///
/// The service refuses what was signed more than 5 minutes away, so from 4 minutes on the offset is worth learning. The
/// `Date` of upstream is taken as it is. Nothing authenticates it against a fault of upstream, so one false response
/// must not drive the offset about:
/// - A move of 15 minutes at most from the last offset that worked is taken.
/// - A greater move is on trial until a request that was signed with it succeeds. If one is refused for its time
///   instead, the offset that worked returns. Then no greater move is tried for `pause`.
/// - A request that succeeds with the old offset during the trial ends the trial too.
package struct ClockSkew: Sendable, Equatable {
    package enum Advice: Sendable, Equatable {
        /// Sign again with the present offset; it is not the one that was refused.
        case signAgain
        /// Nothing was learned; the same signature would be refused again.
        case giveUp
    }

    /// The seconds from which on a skew is learned.
    private static let leastSkew: Int64 = 4 * 60
    /// The seconds by which the offset moves without a trial.
    private static let freeMove: Int64 = 15 * 60
    /// The greatest skew that can be real, in seconds: ten years.
    private static let greatestSkew: Int64 = 10 * 366 * 24 * 3600
    /// The nanoseconds without a trial after one that failed.
    private static let pause: Int64 = 300_000_000_000

    /// The seconds to add to the wall clock to get upstream's time.
    package private(set) var offset: Int64 = 0
    private var proven: Int64 = 0
    private var noTrialBefore: Instant?

    package init() {}

    private var isOnTrial: Bool { Self.distance(offset, proven) > Self.freeMove }

    /// Learns from the `Date` of a response that refused a signature.
    ///
    /// `date` and `wallClock` are seconds since 1970, the latter by our clock when the response came. `signedWith` is
    /// the offset that the signature used.
    package mutating func refused(
        date: Int64,
        wallClock: Int64,
        signedWith: Int64,
        now: Instant
    ) -> Advice {
        let (skew, overflow) = date.subtractingReportingOverflow(wallClock)
        guard !overflow, (-Self.greatestSkew...Self.greatestSkew).contains(skew),
            Self.distance(skew, signedWith) > Self.leastSkew
        else { return .giveUp }
        if Self.distance(skew, offset) <= Self.leastSkew {
            return signedWith == offset ? .giveUp : .signAgain
        }
        if isOnTrial, signedWith == offset {
            offset = proven
            noTrialBefore = now.advanced(byNanoseconds: Self.pause)
            return Self.distance(skew, offset) <= Self.leastSkew ? .signAgain : .giveUp
        }
        if Self.distance(skew, proven) > Self.freeMove {
            guard !isOnTrial, noTrialBefore.map({ now >= $0 }) ?? true else { return .giveUp }
        }
        offset = skew
        return .signAgain
    }

    /// Records that a request signed with this offset was accepted.
    package mutating func accepted(signedWith: Int64) {
        guard signedWith != proven || isOnTrial else { return }
        guard signedWith == offset || signedWith == proven else { return }
        proven = signedWith
        offset = signedWith
    }

    private static func distance(_ left: Int64, _ right: Int64) -> Int64 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        return overflow || difference == .min ? .max : abs(difference)
    }
}

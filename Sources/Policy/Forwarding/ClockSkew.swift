/// How far our wall clock is from the origin's, learned when the origin refuses a signature for its time.
///
/// The service refuses what was signed more than 5 minutes away; so from 4 minutes on it is worth learning.
/// The origin's `Date` is taken as it is, but it is not authenticated against a fault of the origin, so one
/// answer that lies must not be able to drive us about:
/// - A move of 15 minutes at most from the last offset that worked is simply taken.
/// - A greater move is on trial until a call that was signed with it succeeds. If instead such a call is
///   refused for its time, we go back to the offset that worked, and try no greater move for `pause`.
/// - A call that succeeds with the old offset while the new one is on trial ends the trial too.
package struct ClockSkew: Sendable, Equatable {
    package enum Advice: Sendable, Equatable {
        /// Sign anew with the present offset; it is not the one that was refused.
        case signAgain
        /// Nothing was learned; the same signature would be refused again.
        case giveUp
    }

    /// Seconds.
    private static let leastSkew: Int64 = 4 * 60
    private static let freeMove: Int64 = 15 * 60
    /// No `Date` that can be real is further away: ten years.
    private static let greatestSkew: Int64 = 10 * 366 * 24 * 3600
    /// Nanoseconds.
    private static let pause: Int64 = 300_000_000_000

    /// Seconds to be added to the wall clock to get the origin's time.
    package private(set) var offset: Int64 = 0
    private var proven: Int64 = 0
    private var noTrialBefore: Instant?

    package init() {}

    private var isOnTrial: Bool { Self.distance(offset, proven) > Self.freeMove }

    /// The origin refused a signature and its `Date` may tell why.
    ///
    /// `date` and `wallClock` are seconds since 1970, the latter as our clock said when the answer came;
    /// `signedWith` is the offset that was used.
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

    /// A call that was signed with this offset was let through.
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

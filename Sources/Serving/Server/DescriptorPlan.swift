/// The division of the descriptors of a process between its listeners.
///
/// Without it a flood of callers takes the last descriptor. Then the admin listener cannot accept, and no
/// request can go upstream.
package struct DescriptorPlan: Sendable, Equatable {
    /// The descriptors that are set aside: event loops, log, listeners, files and the least for operators.
    package static let reserve = 64
    /// The event loops whose descriptors are part of the reserve; each has three.
    private static let loopsInReserve = 8
    /// The least connections of the admin listener, part of the reserve.
    private static let leastOfAdmin = 20

    /// The most open connections of callers.
    package let callers: Int
    /// The most connections of callers that are being refused at once.
    package let refused: Int
    /// The most connections that are accepted and not yet decided about.
    package let undecided: Int
    /// The most open connections of operators.
    package let admin: Int

    /// Divides `limit` descriptors.
    ///
    /// - Parameters:
    ///   - configured: The configured number of connections of callers.
    ///   - upstream: The most connections upstream.
    ///   - loops: The number of event loops.
    package init(limit: Int, configured: Int, upstream: Int, loops: Int) {
        let reserve = Self.reserve + 3 * max(0, loops - Self.loopsInReserve)
        let room = max(2, limit.subtractingSaturated(upstream).subtractingSaturated(reserve))
        refused = min(256, max(1, room / 8))
        callers = min(configured, room - refused)
        undecided = min(256, max(8, room / 16))
        admin = min(512, Self.leastOfAdmin + (room - refused - callers) / 2)
    }
}

extension Int {
    fileprivate func subtractingSaturated(_ other: Int) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? .min : difference
    }
}

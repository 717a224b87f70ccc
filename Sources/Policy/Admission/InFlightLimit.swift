/// The limit of requests in work: a request beyond it is better refused at once than served late.
///
/// It has two bounds.
/// - Forwards: as many as upstream has connections, and a few that wait for one. By Little's law an admitted request
///   then takes at most (connections + waiting) / connections times what it takes on an idle gateway. A longer queue
///   would serve no request more, and every request later.
/// - All requests, also those that only wait for the forward of another: they cost memory alone.
///
/// An acquired slot is released exactly once. Lower bounds after a reload admit nothing until enough are released.
package struct InFlightLimit: Sendable, Equatable {
    /// The work of a request.
    package enum Kind: Sendable {
        case forward
        /// To wait for a forward that another request has started.
        case wait
    }

    package private(set) var total: Int
    package private(set) var forwards: Int
    package private(set) var count = 0
    private var forwarding = 0

    package init(total: Int, forwards: Int) {
        self.total = max(0, total)
        self.forwards = max(0, forwards)
    }

    /// Whether no further forward would be admitted now.
    package var isFull: Bool { count >= total || forwarding >= forwards }

    /// Takes a slot.
    ///
    /// - Returns: Whether there was one.
    package mutating func acquire(_ kind: Kind) -> Bool {
        guard count < total, kind == .wait || forwarding < forwards else { return false }
        count += 1
        if kind == .forward { forwarding += 1 }
        return true
    }

    package mutating func release(_ kind: Kind) {
        count = max(0, count - 1)
        if kind == .forward { forwarding = max(0, forwarding - 1) }
    }

    package mutating func resize(total: Int, forwards: Int) {
        self = InFlightLimit(total: total, forwards: forwards, holding: self)
    }

    private init(total: Int, forwards: Int, holding old: Self) {
        self.init(total: total, forwards: forwards)
        (count, forwarding) = (old.count, old.forwarding)
    }
}

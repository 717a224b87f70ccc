/// What may be in work at once: what comes beyond it is better refused at once than served late.
///
/// Two bounds. Of what is forwarded, as many as the origin has connections for, and a few that wait for one: by
/// Little's law a request that is let in then takes at most (connections + waiting) / connections times what it
/// takes on an idle gateway, and a longer queue would serve nobody more, only everybody later. Of everything, also
/// of what only waits for another's forward: that costs memory alone.
///
/// Whoever was let in leaves exactly once. Lower bounds after a reload let nobody in until enough have left.
package struct InFlightLimit: Sendable, Equatable {
    /// What a request is in work for.
    package enum Kind: Sendable {
        case forward
        /// The end of a forward that another request has started.
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

    /// Whether nothing more would be forwarded now.
    package var isFull: Bool { count >= total || forwarding >= forwards }

    /// Whether there was room; then it is taken.
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

/// The turn of a read that asks for a confirmed response, while others before it are on the wire.
///
/// Such a read gets what was sent after it came: no fetch that was sent before shows what has happened since. It is
/// handed back to the table, which then lets the read join a later fetch.
package struct ConfirmationTurn: Sendable {
    /// The moment at which the read first asked.
    let asked: Stamp
    /// The number of times that it has waited.
    private let waits: Int

    /// The number of confirmations of one target that are on the wire at once.
    ///
    /// The second is for reads that come while the first is under way. All others share the next one.
    static let mostAtOnce = 2
    /// The number of times that a read waits.
    ///
    /// Writes that keep ending the later fetches must not starve it: after that it leads one of its own.
    private static let mostWaits = 3

    init(asked: Stamp) { self.init(asked: asked, waits: 1) }

    private init(asked: Stamp, waits: Int) {
        self.asked = asked
        self.waits = waits
    }

    var mayWaitAgain: Bool { waits < Self.mostWaits }

    /// The same turn, after another wait.
    var next: Self { Self(asked: asked, waits: waits + 1) }
}

import Messages

/// The charges of a connection to the budget of bytes.
extension ConnectionHandler {
    /// Charges the body of the current request.
    ///
    /// A body with a length is charged as a whole at the end of the head, before a byte of it is read. A
    /// chunked body is charged as it comes.
    ///
    /// - Returns: False if there is no room for it.
    func chargeBody() -> Bool {
        guard let budget = server.budget, let head = framing.head else { return true }
        var count = framing.body.count
        if case .length(let length) = head.body { count = length }
        guard count > ByteBudget.free else { return true }
        let charge = bodyCharge ?? ByteCharge(budget)
        bodyCharge = charge
        return charge.grow(to: count)
    }

    /// Charges a response before it is written, since it may wait for a caller that reads slowly.
    ///
    /// - Returns: False if there is no room for it.
    func charge(_ outgoing: OutgoingResponse) -> Bool {
        guard let budget = server.budget else { return true }
        var count = outgoing.response.body.count
        if settings.tls != nil { count += outgoing.sharedBody?.count ?? 0 }
        guard count > ByteBudget.free, !encoding.isHead else { return true }
        let charge = ByteCharge(budget)
        responseCharge = charge
        if charge.grow(to: count) { return true }
        // The caller must hear what became of its write; the records in the response are those of its body.
        guard outgoing.isReplaceable else {
            charge.overdraw(count)
            return true
        }
        return false
    }

    /// Charges responses of the fast path that the system did not take at once.
    func chargeUnsent(_ count: Int) {
        guard let budget = server.budget, count > ByteBudget.free else { return }
        let charge = ByteCharge(budget)
        charge.overdraw(count)
        responseCharge = charge
    }

    /// Releases what the connection itself is charged for.
    func releaseCharges() {
        bodyCharge = nil
        responseCharge = nil
    }
}

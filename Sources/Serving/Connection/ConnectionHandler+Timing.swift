import NIOCore

/// The one timer of a connection.
extension ConnectionHandler {
    /// Sets the timer so that it fires no later than the next deadline.
    ///
    /// A timer that fires sooner stays, and is set again when it fires. So a busy connection changes the
    /// timers of the event loop once for each deadline, not for each request.
    func arm() {
        guard let context, let due = deadlines.due else { return }
        if case .closed = stage { return }
        if let set = timer?.due, set <= due { return }
        timer?.scheduled.cancel()
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.fired() }
        timer = (due, scheduled)
    }

    /// Acts on the deadline that has passed, if one has, and sets the timer again.
    private func fired() {
        timer = nil
        let now = NIODeadline.now()
        switch stage {
        case .writing, .sending:
            let unsent = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
            deadlines.writeChecked(unsent: unsent, now: now)
        case .receiving, .parked, .postponed, .working, .lingering, .closed: break
        }
        switch deadlines.expired(now: now) {
        case nil: break
        case .request: refuse(.tooSlow)
        case .silence where proxyEntry?.hasBegun == true, .handshake where proxyEntry?.hasBegun == true:
            refuseHop(.badProxyHeader, .cut)
        case .silence, .linger: close()
        case .handshake:
            handshakeFailed(.timeout)
            cut()
        case .stall:
            server.recordStall()
            cut(reset: true)
        }
        arm()
    }
}

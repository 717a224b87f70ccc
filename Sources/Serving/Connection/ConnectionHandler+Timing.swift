import NIOCore

extension ConnectionHandler {
    /// Sees to it that a timer runs by the time the next deadline is due.
    ///
    /// One that is already set and fires sooner is left alone and sets itself anew when it fires: a busy connection
    /// so touches the loop's timers about once in a deadline, not once in a request.
    func arm() {
        guard let context, let due = deadlines.due else { return }
        if case .closed = stage { return }
        if let set = timer?.due, set <= due { return }
        timer?.scheduled.cancel()
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.fired() }
        timer = (due, scheduled)
    }

    private func fired() {
        timer = nil
        let now = NIODeadline.now()
        switch stage {
        case .writing, .sending:
            let unsent = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
            deadlines.looked(unsent: unsent, now: now)
        case .receiving, .parked, .working, .lingering, .closed: break
        }
        switch deadlines.expired(now: now) {
        case nil: break
        case .request: refuse(.tooSlow)
        case .silence, .linger: close()
        case .handshake:
            server.handshakeFailed()
            cut()
        case .stall:
            server.stalled()
            cut(reset: true)
        }
        arm()
    }
}

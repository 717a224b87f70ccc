import Glibc

/// The thread that the transfer loop runs on.
enum TransferThread {
    /// The arguments of the thread's function.
    private final class Start: Sendable {
        let configuration: UpstreamConfiguration
        let inbox: Inbox
        let counters: Counters

        init(_ configuration: UpstreamConfiguration, _ inbox: Inbox, _ counters: Counters) {
            self.configuration = configuration
            self.inbox = inbox
            self.counters = counters
        }
    }

    /// Starts the thread, detached.
    ///
    /// It ends by itself after `Command.stop` and retires the inbox last.
    ///
    /// - Returns: false if the system has no thread to give.
    static func start(_ configuration: UpstreamConfiguration, inbox: Inbox, counters: Counters) -> Bool {
        // Retained here once, and released once: by the thread, or below if there is no thread.
        let user = unsafe Unmanaged.passRetained(Start(configuration, inbox, counters)).toOpaque()
        var thread = pthread_t()
        guard unsafe pthread_create(&thread, nil, main, user) == 0 else {
            unsafe Unmanaged<Start>.fromOpaque(user).release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { user in
        guard let user = unsafe user else { return nil }
        run(unsafe Unmanaged<Start>.fromOpaque(user).takeRetainedValue())
        return nil
    }

    private static func run(_ start: Start) {
        let inbox = start.inbox
        let poller = Poller(
            waker: inbox.waker,
            connections: start.configuration.connections,
            counters: start.counters,
            addresses: AddressRule(start.configuration)
        )
        if let poller {
            // The loop, and with it the handles that know the address of the poller, ends before the poller.
            if var loop = TransferLoop(
                start.configuration,
                inbox: inbox,
                counters: start.counters,
                poller: poller
            ) {
                loop.run()
            }
        }
        withExtendedLifetime(poller) {}
        for command in inbox.retire() {
            if case .start(let submission) = command { submission.fail(.unavailable, "client stopped") }
        }
    }
}

/// The configuration of the gateway: every value that an operator can set, checked, with all defaults filled in.
///
/// The defaults are the initial values of the properties. The name, codec, bounds and comment of each key are in
/// ``keys``. From them the file is read, printed and documented.
package struct Configuration: Sendable, Equatable {
    /// The number of event loops; nil: one for each core that this process may run on.
    package var workers: Int?
    package var listen = Listener()
    package var admin = Admin()
    package var upstream = Upstream()
    package var credentials = Credentials()
    package var callers = Callers()
    package var allow = Allow()
    package var cache = Cache()
    package var limits = Limits()
    package var timeouts = Timeouts()
    package var throttle = Throttle()
    package var log = Log()
    package var drain = Drain()

    package init() {}
}

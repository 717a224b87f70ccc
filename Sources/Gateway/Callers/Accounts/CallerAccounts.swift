import GatewayConfiguration
import Policy
import Synchronization

/// The accounts of the named callers, by name.
///
/// There are as many as the list of the configuration has entries.
final class CallerAccounts: Sendable {
    private let accounts = Mutex<[String: CallerAccount]>([:])

    /// Returns the accounts of a list, in its order; those of new callers are made.
    ///
    /// The bounds of the list are not in force before ``adopt(_:now:)``.
    func accounts(of list: [Configuration.NamedCaller]) -> [CallerAccount] {
        accounts.withLock { accounts in
            list.map { caller in
                if let account = accounts[caller.name] { return account }
                let account = CallerAccount(name: caller.name)
                accounts[caller.name] = account
                return account
            }
        }
    }

    /// Puts the bounds of a list in force, and forgets callers that it does not have.
    func adopt(_ list: [Configuration.NamedCaller], now: Instant) {
        let adopted = self.accounts(of: list)
        for (account, caller) in zip(adopted, list) {
            account.adopt(caller.throttle?.bucketRate, most: caller.inFlight, now: now)
        }
        accounts.withLock { accounts in
            accounts = Dictionary(adopted.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The accounts, sorted by name.
    var all: [CallerAccount] { accounts.withLock { $0.values.sorted { $0.name < $1.name } } }
}

/// The place of the keys of an issuer, and the times of their refresh.
///
/// Issuers whose source is unchanged keep their keys over a reload.
package struct KeySource: Sendable, Equatable {
    /// The value of `iss`, which is also the base of the discovery document.
    package var issuer: String
    /// The URL of the keys; nil for the one that the discovery document names.
    package var url: String?
    /// The file of the keys, in place of a URL.
    package var file: String?
    /// The life of keys whose response has no `max-age`.
    package var refresh: Duration
    /// The least time between two fetches for missing keys.
    package var cooldown: Duration
    /// The PEM file of the certificates to trust; nil for those of the system.
    package var caFile: String?
    /// The file of a token that is sent to the configured host, as the API server of Kubernetes may want it.
    package var tokenFile: String?

    package init(
        issuer: String,
        url: String? = nil,
        file: String? = nil,
        refresh: Duration = .seconds(600),
        cooldown: Duration = .seconds(30),
        caFile: String? = nil,
        tokenFile: String? = nil
    ) {
        self.issuer = issuer
        self.url = url
        self.file = file
        self.refresh = refresh
        self.cooldown = cooldown
        self.caFile = caFile
        self.tokenFile = tokenFile
    }

    /// Returns whether both have their keys from the same place, whatever the times.
    func isPlace(of other: Self) -> Bool {
        var other = other
        (other.refresh, other.cooldown) = (refresh, cooldown)
        return self == other
    }
}

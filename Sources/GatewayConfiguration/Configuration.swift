package import CognitoSync
package import Logging
package import Serving

/// Everything that an operator can set, checked, with every default filled in.
///
/// The defaults are the initial values here; name in the file, type, bounds and comment of each key are in
/// `Configuration.keys`, the one description from which the file is read, printed and documented.
package struct Configuration: Sendable, Equatable {
    /// How many event loops; nil: one for each core that this process may run on.
    package var workers: Int?
    package var listen = Listener()
    package var admin = Admin()
    package var upstream = Upstream()
    package var credentials = CredentialSources()
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

extension Configuration {
    /// Where callers connect.
    package struct Listener: Sendable, Equatable {
        package var address = ListenAddress.tcp(host: "127.0.0.1", port: 8080)
        package var tls = TLS()
    }

    /// Certificate and key come together; a client CA makes a client certificate mandatory.
    package struct TLS: Sendable, Equatable {
        package var certificateFile: String?
        package var keyFile: String?
        package var clientCAFile: String?
    }

    /// Where operators connect: metrics, health, purge.
    package struct Admin: Sendable, Equatable {
        package var address = ListenAddress.tcp(host: "127.0.0.1", port: 9901)
        package var tokenFile: String?
    }

    package struct Callers: Sendable, Equatable {
        package var signatures = SignaturePolicy.refuse
    }

    package struct Allow: Sendable, Equatable {
        package var operations = Allowance<OperationName>.all
        package var identityPools = Allowance<IdentityPoolID>.all
    }

    package struct Cache: Sendable, Equatable {
        /// In bytes; 0 keeps nothing, and still joins reads.
        package var memory = 256 << 20
        package var fresh = Duration.seconds(5)
        package var staleWhileRevalidate = Duration.zero
        package var staleIfError = Duration.zero
        package var absent = Duration.seconds(2)
        package var identityCheck = Duration.seconds(60)
        package var pagination = Duration.seconds(60)
        package var listingTombstones = ListingTombstones.no
        package var tokens = Tokens()
        package var reads = Reads()
    }

    package struct Log: Sendable, Equatable {
        package var level = Logger.Level.info
        package var format = LogFormat.json
        package var access = true
        package var identities = IdentityForm.hashed
        package var saltFile: String?
    }

    package struct Drain: Sendable, Equatable {
        package var delay = Duration.zero
        package var timeout = Duration.seconds(30)
    }
}

/// Whether a whole listing shows removed records, which the service does not document.
package enum ListingTombstones: String, CaseIterable, Sendable {
    case no
    case yes
}

/// What becomes of a request that its caller has signed.
package enum SignaturePolicy: String, CaseIterable, Sendable {
    /// 400, with a message that says to send it unsigned.
    case refuse
    /// The signature is dropped, for SDKs that cannot be told not to sign.
    case ignore
}

/// All of a closed or open set, or only those named.
package enum Allowance<Element: Hashable & Sendable>: Sendable, Equatable {
    case all
    case only(Set<Element>)

    package func permits(_ element: Element) -> Bool {
        switch self {
        case .all: true
        case .only(let elements): elements.contains(element)
        }
    }
}

/// How the log and the access lines are written.
package enum LogFormat: String, CaseIterable, Sendable {
    case json
    case text
}

/// How an identity appears in the access line.
package enum IdentityForm: String, CaseIterable, Sendable {
    /// The first 16 hexadecimal digits of a salted SHA-256.
    case hashed
    case plain
}

extension Configuration {
    /// The facts of a request by which its caller is known.
    package struct CallerSources: Sendable, Equatable {
        package var certificate = CertificateSource()
        /// Whether the user at the other end of a Unix socket is a candidate: `uid:1000`.
        package var unix = false
        package var apiKey = APIKeySource()
        package var jwt: [TokenIssuer] = []
    }

    /// The names of a verified client certificate that count.
    package struct CertificateSource: Sendable, Equatable {
        package var trust = CertificateName.allCases
    }

    /// The API keys of callers.
    package struct APIKeySource: Sendable, Equatable {
        /// The header field with the key, in lower case.
        package var header = "x-api-key"
        /// The file with a line `name:sha256hex` for each key; nil: no keys.
        package var file: String?
    }
}

/// A kind of subject alternative name that names a caller; the common name never does.
package enum CertificateName: String, CaseIterable, Sendable {
    case uri
    case dns
}

internal import Serving

extension MetricFamily {
    /// The families of TLS toward callers and operators.
    static let tls = [
        Self(
            "syncgate_tls_certificate_expiry_timestamp_seconds",
            .gauge,
            "When the certificates in a file end, the first of them; of a revocation list, its next update.",
            labels: ["role"]
        ) { reading in
            CertificateRole.allCases.compactMap { role in
                reading.gauges.certificateExpiries[role].map { .number(Double($0), role.rawValue) }
            }
        },
        Self(
            "syncgate_tls_handshakes_total",
            .counter,
            "TLS handshakes of callers and operators that ended, and how.",
            labels: ["outcome"]
        ) { reading in
            HandshakeOutcome.allCases.map { .level(reading.gauges.handshakes[$0] ?? 0, $0.rawValue) }
        },
    ]
}

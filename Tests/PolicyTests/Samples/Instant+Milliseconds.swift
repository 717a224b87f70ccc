import Policy

extension Instant {
    static func milliseconds(_ milliseconds: Int64) -> Self { Self(nanoseconds: milliseconds * 1_000_000) }
}

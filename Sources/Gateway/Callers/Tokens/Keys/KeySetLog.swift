import Logging
import Policy
import WebTokens

/// The lines about the keys of one issuer: each failure at first, then one a minute, and one when they are there again.
struct KeySetLog: Sendable {
    /// A line to write outside of the lock.
    struct Line: Sendable {
        fileprivate let logger: Logger
        fileprivate let level: Logger.Level
        fileprivate let message: Logger.Message
        fileprivate let metadata: Logger.Metadata

        func write() { logger.log(level: level, message, metadata: metadata) }
    }

    /// The time in which no failure is told twice, in nanoseconds.
    private static let period: Int64 = 60_000_000_000

    private let issuerName: String
    private let logger: Logger
    private var toldAt: Instant?
    private var untold = 0
    private var hasKeys = false

    init(issuerName: String, logger: Logger) {
        self.issuerName = issuerName
        self.logger = logger
    }

    /// Returns the line for the end of a fetch; nil for none.
    mutating func line(for outcome: Result<KeySetFetch.Fetched, KeySetFault>, now: Instant) -> Line? {
        var metadata: Logger.Metadata = ["issuer": "\(issuerName)"]
        switch outcome {
        case .success(let fetched):
            defer { (toldAt, untold, hasKeys) = (nil, 0, true) }
            guard toldAt != nil || !hasKeys else { return nil }
            metadata["keys"] = "\(fetched.keys.count)"
            metadata["skipped"] = "\(fetched.keys.skipped)"
            return Line(
                logger: logger,
                level: .info,
                message: "keys of the issuer fetched",
                metadata: metadata
            )
        case .failure(let fault):
            if let toldAt, now.nanoseconds(since: toldAt) < Self.period {
                untold &+= 1
                return nil
            }
            metadata["problem"] = "\(fault)"
            if untold > 0 { metadata["untold"] = "\(untold)" }
            (toldAt, untold) = (now, 0)
            return Line(
                logger: logger,
                level: .warning,
                message: "keys of the issuer not fetched",
                metadata: metadata
            )
        }
    }
}

import CognitoSync
import Cryptography
import Policy
import Synchronization
import Telemetry

/// The finding of an inquiry about a write.
package struct InquiredWrite: Sendable {
    let outcome: InquiredWriteOutcome
    let start: InquiredWrites.Start
    /// The body of the success of a write that was applied; else nothing.
    var success: [UInt8] = []
}

/// The memory of writes that were asked after, which all event loops and all configurations share.
final class RepeatedWrites: Sendable {
    private let writes = Mutex(InquiredWrites())

    /// Returns what is known of a write that comes again; nil for any other request.
    func find(_ operation: Operation, invocation: String?, now: Instant) -> InquiredWrites.Finding? {
        guard invocation != nil, !writes.withLock({ $0.isEmpty(now: now) }),
            let key = Self.key(operation, invocation: invocation)
        else { return nil }
        return writes.withLock { $0.find(key, now: now) }
    }

    /// Remembers a write by the finding of its inquiry, or forgets one that was not applied.
    func record(_ inquired: InquiredWrite, of operation: Operation, invocation: String?, now: Instant) {
        guard let key = Self.key(operation, invocation: invocation) else { return }
        writes.withLock { writes in
            switch inquired.outcome {
            case .notApplied, .repeated: writes.forget(key)
            case .unknown:
                writes.record(.unknown(inquired.start), of: key, start: inquired.start, now: now)
            case .applied:
                writes.record(.applied(body: inquired.success), of: key, start: inquired.start, now: now)
            }
        }
    }

    /// Returns the key of a write, which takes a digest of its body; nil for another operation, or without an
    /// invocation id.
    private static func key(_ operation: Operation, invocation: String?) -> InquiredWrites.Key? {
        guard case .updateRecords(let update) = operation, let invocation,
            (1...128).contains(invocation.utf8.count)
        else { return nil }
        var bytes = update.body
        // Lengths keep the parts apart: no two writes have the same bytes here.
        for text in [update.syncSessionToken, update.clientContext ?? "", update.deviceID?.text ?? ""] {
            bytes.append(contentsOf: "\(text.utf8.count):\(text)".utf8)
        }
        return InquiredWrites.Key(
            invocation: invocation,
            dataset: update.scope,
            digest: Digest.sha256(bytes)
        )
    }

    func count(of dataset: DatasetScope, now: Instant) -> Int {
        writes.withLock { $0.count(of: dataset, now: now) }
    }
}

internal import CognitoSync
internal import Messages
internal import Synchronization

/// The form of the access line: turns the record of a finished request into its bytes.
///
/// The names are those of OpenTelemetry and ECS. A record does not even hold Authorization, tokens, bodies and
/// paths.
package struct AccessLog: Sendable {
    private let format: LogFormat
    private let identities: IdentityName
    private let memory = Memory()

    /// The parts that one line shares with others; only the thread of the writer reads them, so no lock waits.
    private final class Memory: Sendable {
        let time = Mutex(RFC3339.Memory())
        let names = Mutex<[IdentityScope: String]>([:])
    }

    /// The maximum number of remembered names; all are dropped beyond it.
    private static let mostNames = 1024

    package init(format: LogFormat, identities: IdentityName) {
        self.format = format
        self.identities = identities
    }

    /// Returns the line of a record, with its line feed.
    package func line(_ record: RequestRecord) -> [UInt8] {
        switch format {
        case .json: json(record)
        case .text: text(record)
        }
    }

    private func json(_ record: RequestRecord) -> [UInt8] {
        var line = JSONLine()
        line.add(
            "@timestamp",
            memory.time.withLock { $0.text(nanosecondsSince1970: record.timestamp) }
        )
        line.add("event.duration", record.nanoseconds)
        line.add("http.request.method", record.method)
        line.add("http.route", record.route)
        line.add("http.response.status_code", record.status)
        line.add("http.request.body.size", record.bytesIn)
        line.add("http.response.body.size", record.bytesOut)
        line.add("client.address", record.callerAddress)
        line.add("http.request.id", record.requestID)
        line.add("trace_id", record.traceID)
        line.add("rpc.method", record.operation?.rawValue)
        line.add("aws.request_id", record.upstreamRequestID)
        line.add("error.type", record.errorName)
        line.add("syncgate.caller", record.caller)
        line.add("syncgate.identity", record.identity.map(name))
        line.add("syncgate.cache", record.cache.rawValue)
        line.add("syncgate.age_s", record.age)
        line.add("syncgate.throttle", throttle(record))
        line.add("syncgate.reason", record.reason?.rawValue)
        line.add("syncgate.attempts", record.attempts)
        line.add("syncgate.upstream_ms", milliseconds: record.upstreamNanoseconds)
        return line.finished()
    }

    /// Returns the line for people: time, caller, operation and outcome first.
    private func text(_ record: RequestRecord) -> [UInt8] {
        var line = TextLine(timestamp: record.timestamp)
        line.add(record.callerAddress)
        line.add(record.method)
        line.add(record.operation?.rawValue ?? "-")
        line.add(String(record.status))
        line.add(LogText.milliseconds(record.nanoseconds) + "ms")
        line.add("cache", record.cache.rawValue)
        line.add("error", record.errorName)
        line.add("reason", record.reason?.rawValue)
        line.add("throttle", record.throttle.refusedBy?.rawValue)
        line.add("attempts", record.attempts > 0 ? String(record.attempts) : nil)
        line.add("caller", record.caller)
        line.add("identity", record.identity.map(name))
        line.add("id", record.requestID)
        return line.finished()
    }

    /// Returns the name of an identity; to compute one is a digest.
    private func name(_ identity: IdentityScope) -> String {
        memory.names.withLock { names in
            if let known = names[identity] { return known }
            if names.count >= Self.mostNames { names.removeAll(keepingCapacity: true) }
            let name = identities.name(identity)
            names[identity] = name
            return name
        }
    }

    /// Returns `admitted`, or the bucket that refused; nil if no bucket took part.
    private func throttle(_ record: RequestRecord) -> String? {
        if let policy = record.throttle.refusedBy { return policy.rawValue }
        return record.throttle == ThrottleFacts() ? nil : ThrottleOutcome.admitted.rawValue
    }
}

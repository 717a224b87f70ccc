internal import CognitoSync
internal import Synchronization

/// Turns a finished request into its access line.
///
/// Names are those of OpenTelemetry and ECS; see the project's contract. Authorization, tokens, bodies and paths
/// are not even in what it is given.
package struct AccessLog: Sendable {
    private let format: LogFormat
    private let identities: IdentityName
    private let memory = Memory()

    /// What one line has in common with others; the writer's thread alone asks, so the lock is never waited for.
    private final class Memory: Sendable {
        let time = Mutex(WallTime.Memory())
        let names = Mutex<[IdentityScope: String]>([:])
    }

    /// Names that are remembered at most.
    private static let mostNames = 1024

    package init(format: LogFormat, identities: IdentityName) {
        self.format = format
        self.identities = identities
    }

    /// The line with its end.
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
        line.add("syncgate.attempts", record.attempts)
        line.add("syncgate.upstream_ms", milliseconds: record.upstreamNanoseconds)
        return line.finished()
    }

    /// For people: time, client, what was asked, what came of it.
    private func text(_ record: RequestRecord) -> [UInt8] {
        var line = TextLine(timestamp: record.timestamp)
        line.add(record.callerAddress)
        line.add(record.method)
        line.add(record.operation?.rawValue ?? "-")
        line.add(String(record.status))
        line.add(LogText.milliseconds(record.nanoseconds) + "ms")
        line.add("cache", record.cache.rawValue)
        line.add("error", record.errorName)
        line.add("throttle", record.throttle.refusedBy?.rawValue)
        line.add("attempts", record.attempts > 0 ? String(record.attempts) : nil)
        line.add("caller", record.caller)
        line.add("identity", record.identity.map(name))
        line.add("id", record.requestID)
        return line.finished()
    }

    private func name(_ identity: IdentityScope) -> String {
        memory.names.withLock { names in
            if let known = names[identity] { return known }
            if names.count >= Self.mostNames { names.removeAll(keepingCapacity: true) }
            let name = identities.name(identity)
            names[identity] = name
            return name
        }
    }

    /// `admitted`, or the bucket that refused; nothing if none was asked.
    private func throttle(_ record: RequestRecord) -> String? {
        if let policy = record.throttle.refusedBy { return policy.rawValue }
        return record.throttle == ThrottleFacts() ? nil : ThrottleOutcome.admitted.rawValue
    }
}

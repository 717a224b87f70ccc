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
    package func line(_ exchange: Exchange) -> [UInt8] {
        switch format {
        case .json: json(exchange)
        case .text: text(exchange)
        }
    }

    private func json(_ exchange: Exchange) -> [UInt8] {
        var line = JSONLine()
        line.add(
            "@timestamp",
            memory.time.withLock { $0.text(nanosecondsSince1970: exchange.timestamp) }
        )
        line.add("event.duration", exchange.nanoseconds)
        line.add("http.request.method", exchange.method)
        line.add("http.route", exchange.route)
        line.add("http.response.status_code", exchange.status)
        line.add("http.request.body.size", exchange.bytesIn)
        line.add("http.response.body.size", exchange.bytesOut)
        line.add("client.address", exchange.clientAddress)
        line.add("http.request.id", exchange.requestID)
        line.add("trace_id", exchange.traceID)
        line.add("rpc.method", exchange.operation?.rawValue)
        line.add("aws.request_id", exchange.upstreamRequestID)
        line.add("error.type", exchange.errorName)
        line.add("syncgate.caller", exchange.caller)
        line.add("syncgate.identity", exchange.identity.map(name))
        line.add("syncgate.cache", exchange.cache.rawValue)
        line.add("syncgate.age_s", exchange.age)
        line.add("syncgate.throttle", throttle(exchange))
        line.add("syncgate.attempts", exchange.attempts)
        line.add("syncgate.upstream_ms", milliseconds: exchange.upstreamNanoseconds)
        return line.finished()
    }

    /// For people: time, client, what was asked, what came of it.
    private func text(_ exchange: Exchange) -> [UInt8] {
        var line = TextLine(timestamp: exchange.timestamp)
        line.add(exchange.clientAddress)
        line.add(exchange.method)
        line.add(exchange.operation?.rawValue ?? "-")
        line.add(String(exchange.status))
        line.add(LogText.milliseconds(exchange.nanoseconds) + "ms")
        line.add("cache", exchange.cache.rawValue)
        line.add("error", exchange.errorName)
        line.add("throttle", exchange.throttle.refusedBy?.rawValue)
        line.add("attempts", exchange.attempts > 0 ? String(exchange.attempts) : nil)
        line.add("caller", exchange.caller)
        line.add("identity", exchange.identity.map(name))
        line.add("id", exchange.requestID)
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
    private func throttle(_ exchange: Exchange) -> String? {
        if let policy = exchange.throttle.refusedBy { return policy.rawValue }
        return exchange.throttle == ThrottleFacts() ? nil : ThrottleOutcome.admitted.rawValue
    }
}

import CCurl
import Messages
import Synchronization

/// The way of a request over its connection, from the connect to the result.
extension TransferLoop {
    /// Gives a request a connection that is idle.
    mutating func use(_ connection: Connection, for submission: Submission, now: Int64) {
        add(connection, for: submission, now: now)
        handle(connection, connection.begin(now: now, &buffer))
    }

    /// Lets libcurl make a connection for a request.
    mutating func connect(for submission: Submission, now: Int64) {
        guard let connection = Connection(configuration, poller: poller) else {
            return submission.fail(.unavailable, "no handle for the transfer")
        }
        guard multi.add(connection.easy) else {
            return submission.fail(.unavailable, "transfer could not be set up")
        }
        add(connection, for: submission, now: now)
    }

    private mutating func add(_ connection: Connection, for submission: Submission, now: Int64) {
        connection.transfer = Transfer(submission, limits: limits)
        connection.position = working.count
        working.append(connection)
        nextCheck = min(nextCheck, connection.earliestDue(now: now))
        counters.inFlight.store(working.count, ordering: .relaxed)
    }

    /// Takes over the connections that libcurl has made, and fails the requests of those that it gave up.
    mutating func takeOverConnections() {
        while let (connection, code) = multi.nextFinished() {
            counters.connects.add(connection.easy.connects, ordering: .relaxed)
            let now = Monotonic.now()
            guard code == CURLE_OK, connection.takeOver(now: now) else {
                let failure = code == CURLE_OK ? CURLE_COULDNT_CONNECT : code
                handle(connection, .failed(UpstreamError(failure, of: connection)))
                continue
            }
            if let fault = connection.faultWithoutRequest(&buffer) {
                handle(connection, .failed(fault))
            } else {
                handle(connection, connection.begin(now: now, &buffer))
            }
        }
    }

    /// Handles an event on a socket.
    mutating func act(on connection: Connection) {
        if connection.transfer != nil {
            handle(connection, connection.proceed(&buffer))
        } else if connection.faultWithoutRequest(&buffer) != nil {
            idle.remove(connection)
            multi.remove(connection.easy)
        }
    }

    private mutating func handle(_ connection: Connection, _ progress: Connection.Progress) {
        switch progress {
        case .unfinished: return
        case .whole(let isReusable): deliver(connection, isReusable: isReusable)
        case .failed(let error):
            end(connection)?.submission.continuation.resume(returning: .failure(error))
        }
    }

    /// Delivers a whole response.
    mutating func deliver(_ connection: Connection, isReusable: Bool) {
        guard let transfer = isReusable ? release(connection) : end(connection) else { return }
        if isReusable {
            if let end = idle.add(connection, made: connection.made, now: Monotonic.now()) {
                nextCheck = min(nextCheck, end)
            } else {
                multi.remove(connection.easy)
            }
        }
        let result: Result<WireResponse, UpstreamError>
        do throws(ResponseFault) {
            result = .success(try transfer.response.finished())
        } catch {
            result = .failure(UpstreamError(error.kind, phase: .partlyReceived, detail: error.detail))
        }
        transfer.submission.continuation.resume(returning: result)
    }

    /// Fails a request in progress, and closes its connection.
    mutating func abandon(_ connection: Connection, _ kind: UpstreamError.Kind, _ detail: String) {
        var error = UpstreamError(CURLE_OK, of: connection)
        error.kind = kind
        error.detail = detail
        error.cause = UpstreamError.Cause(kind, error.phase)
        abandon(connection, with: error)
    }

    mutating func abandon(_ connection: Connection, with error: UpstreamError) {
        if !connection.isMade { counters.connects.add(connection.easy.connects, ordering: .relaxed) }
        end(connection)?.submission.continuation.resume(returning: .failure(error))
    }

    /// Takes the request from its connection, and closes the connection.
    private mutating func end(_ connection: Connection) -> Transfer? {
        multi.remove(connection.easy)
        return release(connection)
    }

    /// Takes the request from its connection.
    private mutating func release(_ connection: Connection) -> Transfer? {
        let last = working.removeLast()
        if last !== connection {
            working[connection.position] = last
            last.position = connection.position
        }
        counters.inFlight.store(working.count, ordering: .relaxed)
        return exchange(&connection.transfer, with: nil)
    }
}

package import CognitoSync

/// The last bulk publish of a pool; its status at any time follows from its start.
package struct BulkPublish: Sendable, Equatable {
    package enum Status: String, Sendable {
        case notStarted = "NOT_STARTED"
        case inProgress = "IN_PROGRESS"
        case failed = "FAILED"
        case succeeded = "SUCCEEDED"
    }

    let start: Timestamp
    let end: Timestamp
    /// The reason why it will fail at its end, or nil if it will succeed.
    let failure: String?

    func status(at now: Timestamp) -> Status {
        if now < end { return .inProgress }
        return failure == nil ? .succeeded : .failed
    }
}

/// The content of a GetBulkPublishDetails response.
package struct BulkPublishDetails: Sendable, Equatable {
    package var status = BulkPublish.Status.notStarted
    package var start: Timestamp?
    package var complete: Timestamp?
    package var failure: String?
}

extension DatasetStore {
    /// Begins a bulk publish: one at a time, and none within 24 hours of a successful one.
    package mutating func bulkPublish(_ id: IdentityPoolID, at now: Timestamp) throws(ServiceError) {
        var pool = try knownPool(id)
        if let last = pool.bulkPublish {
            switch last.status(at: now) {
            case .inProgress:
                throw ServiceError(
                    status: 400,
                    name: "DuplicateRequestException",
                    message: "A bulk publish is in progress for identity pool \(id.text)"
                )
            case .succeeded where now < last.end.advanced(by: 86_400_000):
                throw ServiceError(
                    status: 400,
                    name: "AlreadyStreamedException",
                    message: "Identity pool \(id.text) was published less than 24 hours ago"
                )
            case .notStarted, .failed, .succeeded: break
            }
        }
        pool.bulkPublish = BulkPublish(
            start: now,
            end: now.advanced(by: rules.bulkPublishDuration),
            failure: pool.cognitoStreams?.streamingStatus == .disabled ? "Cognito Streams is disabled" : nil
        )
        pools[id] = pool
    }

    package func bulkPublishDetails(
        _ id: IdentityPoolID,
        at now: Timestamp
    ) throws(ServiceError)
        -> BulkPublishDetails
    {
        guard let publish = try knownPool(id).bulkPublish else { return BulkPublishDetails() }
        let status = publish.status(at: now)
        return BulkPublishDetails(
            status: status,
            start: publish.start,
            complete: status == .succeeded ? publish.end : nil,
            failure: status == .failed ? publish.failure : nil
        )
    }

    package func events(of id: IdentityPoolID) throws(ServiceError) -> [String: String] {
        try knownPool(id).events
    }

    /// Sets the given events and leaves the others; an empty function removes an event.
    package mutating func setEvents(_ events: [String: String], of id: IdentityPoolID) throws(ServiceError) {
        var pool = try knownPool(id)
        for (name, function) in events { pool.events[name] = function.isEmpty ? nil : function }
        pools[id] = pool
    }

    package func configuration(of id: IdentityPoolID) throws(ServiceError) -> (PushSync?, CognitoStreams?) {
        let pool = try knownPool(id)
        return (pool.pushSync, pool.cognitoStreams)
    }

    /// Sets the given parts of the configuration and leaves the others.
    package mutating func setConfiguration(
        _ pushSync: PushSync?,
        _ cognitoStreams: CognitoStreams?,
        of id: IdentityPoolID
    ) throws(ServiceError) {
        var pool = try knownPool(id)
        pool.pushSync = pushSync ?? pool.pushSync
        pool.cognitoStreams = cognitoStreams ?? pool.cognitoStreams
        pools[id] = pool
    }
}

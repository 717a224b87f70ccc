extension RawParameters {
    /// Reads the members of a JSON object; returns the ranges of those that belong in the body.
    ///
    /// A member that the operation does not have is refused, as such a query parameter is. The service would
    /// ignore it, so it is a mistake or an attempt to send a value twice. No SDK sends such a member. In the
    /// REST form, members that belong in the path or the query are refused too. Only the type tag of the
    /// oldest protocol is accepted, and only in the other two forms.
    mutating func read(_ reader: inout JSONReader, form: RequestForm) throws(JSONError) -> [Range<Int>] {
        var members: [Range<Int>] = []
        try reader.object { (reader, name) throws(JSONError) in
            let text = name.text(in: reader.bytes)
            let start = name.literal.lowerBound
            guard let parameter = Parameter(rawValue: text), let location = operation.location(of: parameter),
                location == .body || form != .rest
            else {
                if text == "__type", form != .rest {
                    _ = try reader.string()
                    return
                }
                throw JSONError(reason: .unknownMember(text), offset: start)
            }
            if try !reader.null() {
                _ = markSeen(parameter)
                try value(of: parameter, &reader)
            }
            if location == .body { members.append(start..<reader.position) }
        }
        return members
    }

    private mutating func value(of parameter: Parameter, _ reader: inout JSONReader) throws(JSONError) {
        switch parameter {
        case .lastSyncCount, .maxResults:
            if try reader.kind() == .number {
                set(parameter, try reader.number().text(in: reader.bytes))
            } else {
                set(parameter, try reader.string().text(in: reader.bytes))
            }
        case .recordPatches: try patches(&reader)
        case .events: try events(&reader)
        case .pushSync: try pushSync(&reader)
        case .cognitoStreams: try cognitoStreams(&reader)
        case .identityPoolID, .identityID, .datasetName, .deviceID, .nextToken, .syncSessionToken,
            .clientContext,
            .platform, .token:
            set(parameter, try reader.string().text(in: reader.bytes))
        }
    }

    private mutating func patches(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader, index) throws(JSONError) in
            patchCount = index + 1
            if try reader.null() {
                bodyViolations.add(nil, at: "recordPatches.\(index + 1).member", "Member must not be null")
                return
            }
            check(try RecordPatchFields(&reader), at: index, in: reader.bytes)
        }
    }

    private mutating func check(_ patch: RecordPatchFields, at index: Int, in bytes: [UInt8]) {
        func path(_ field: String) -> String { "recordPatches.\(index + 1).member.\(field)" }
        if let operation = patch.operation {
            if !operation.equals("replace", in: bytes), !operation.equals("remove", in: bytes) {
                let text = operation.beginning(in: bytes, scalars: Quotation.limit + 1)
                bodyViolations.add(text, at: path("op"), RecordPatch.Change.demand)
            }
        } else {
            bodyViolations.add(nil, at: path("op"), "Member must not be null")
        }
        if let key = patch.key {
            bodyViolations.checkLength(of: key, in: bytes, at: path("key"), .recordKey)
        } else {
            bodyViolations.add(nil, at: path("key"), "Member must not be null")
        }
        if let value = patch.value {
            bodyViolations.checkLength(of: value, in: bytes, at: path("value"), .recordValue)
        }
        if patch.syncCount == nil {
            bodyViolations.add(nil, at: path("syncCount"), "Member must not be null")
        }
    }

    private mutating func events(_ reader: inout JSONReader) throws(JSONError) {
        var count = 0
        try reader.object { (reader, name) throws(JSONError) in
            count += 1
            let event = name.text(in: reader.bytes)
            if try reader.null() {
                bodyViolations.add(
                    nil,
                    at: "events.\(Quotation.cut(event)).member",
                    "Member must not be null"
                )
                return
            }
            let function = try reader.string()
            // At most one entry is valid, so a long list is not stored.
            if count == 1 { events[event] = function.text(in: reader.bytes) }
        }
        if count > 1 {
            bodyViolations.add(
                "a map of \(count) entries",
                at: "events",
                "Member must have length less than or equal to 1"
            )
        }
    }

    private mutating func pushSync(_ reader: inout JSONReader) throws(JSONError) {
        var configuration = PushSync()
        try reader.object { (reader, name) throws(JSONError) in
            switch name.text(in: reader.bytes) {
            case "ApplicationArns":
                if try reader.null() { return }
                configuration.applicationARNs = try applicationARNs(&reader)
            case "RoleArn":
                configuration.roleARN = try text(&reader, at: "pushSync.roleArn", .roleARN)
            case let other:
                throw JSONError(reason: .unknownMember(other), offset: name.literal.lowerBound)
            }
        }
        pushSync = configuration
    }

    private mutating func applicationARNs(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        var names: [String] = []
        try reader.array { (reader, index) throws(JSONError) in
            let path = "pushSync.applicationArns.\(index + 1).member"
            if let name = try text(&reader, at: path, .applicationARN) {
                if bodyViolations.count == 0 { names.append(name) }
            } else {
                bodyViolations.add(nil, at: path, "Member must not be null")
            }
        }
        return names
    }

    private mutating func cognitoStreams(_ reader: inout JSONReader) throws(JSONError) {
        var configuration = CognitoStreams()
        try reader.object { (reader, name) throws(JSONError) in
            switch name.text(in: reader.bytes) {
            case "StreamName":
                configuration.streamName = try text(&reader, at: "cognitoStreams.streamName", .streamName)
            case "RoleArn":
                configuration.roleARN = try text(&reader, at: "cognitoStreams.roleArn", .roleARN)
            case "StreamingStatus":
                if try reader.null() { return }
                let status = try reader.string().text(in: reader.bytes)
                configuration.streamingStatus = .init(rawValue: status)
                if configuration.streamingStatus == nil {
                    bodyViolations.add(
                        status,
                        at: "cognitoStreams.streamingStatus",
                        CognitoStreams.Status.demand
                    )
                }
            case let other:
                throw JSONError(reason: .unknownMember(other), offset: name.literal.lowerBound)
            }
        }
        cognitoStreams = configuration
    }

    /// Reads a string of the body and checks its constraint; returns nil for a null.
    private mutating func text(
        _ reader: inout JSONReader,
        at path: String,
        _ constraint: TextConstraint
    ) throws(JSONError) -> String? {
        if try reader.null() { return nil }
        let text = try reader.string().text(in: reader.bytes)
        bodyViolations.check(text, at: path, constraint)
        return text
    }
}

extension CaseIterable where Self: RawRepresentable<String> {
    /// The constraint of an enumeration, in the words of AWS.
    static var demand: String {
        "Member must satisfy enum value set: [\(allCases.map(\.rawValue).joined(separator: ", "))]"
    }
}

import CognitoSync

/// The spelling of faults on the command line and over HTTP.
///
/// A fault has items separated by commas, each `name=value` or a word alone: `latency=30ms` ·
/// `latency=10ms..50ms,before` · `status=503,operation=ListRecords,times=3` ·
/// `status=429,name=LambdaThrottledException` · `cut=120,reset,probability=0.1` · `drop=after` ·
/// `drop=before` · `credentials=expired` · `skew=10m` · `skew=-10m`. The selectors `operation`, `pool`,
/// `identity`, `dataset`, `probability` and `times` may be added to each of them.
extension Fault {
    /// Reads a fault from its text.
    package init(parsing text: String) throws(InputError) {
        self.init()
        var status: Int?
        var name: String?
        var message: String?
        var seen: Set<String> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(parts[0])
            let value = parts.count == 2 ? String(parts[1]) : nil
            guard seen.insert(key).inserted else {
                throw InputError("fault '\(text)': '\(key)' is given twice")
            }
            switch (key, value) {
            case ("latency", let value?): latency = try Self.latency(value)
            case ("before", nil): isLatencyFirst = true
            case ("status", let value?): status = try Self.number(key, value, in: 100...599)
            case ("name", let value?): name = value
            case ("message", let value?): message = value
            case ("cut", let value?): cut = Cut(bytes: try Self.number(key, value, in: 0...1_000_000_000))
            case ("reset", nil): break
            case ("skew", let value?): skew = try Self.skew(value)
            case ("drop", "after"?): outcome = .dropAfter
            case ("drop", "before"?): outcome = .dropBefore
            case ("credentials", "expired"?): outcome = .error(.expiredToken)
            case ("credentials", "unknown"?): outcome = .error(.unrecognizedClient)
            default: try selector.read(key, value)
            }
        }
        if let status { outcome = .error(.injected(status: status, name: name, message: message)) }
        if seen.contains("reset") {
            if cut == nil, outcome == .dropAfter || outcome == .dropBefore { cut = Cut(bytes: 0) }
            guard cut != nil else { throw InputError("fault '\(text)': reset goes with cut or drop") }
            cut?.reset = true
        }
        try check(text, seen)
    }

    private func check(_ text: String, _ seen: Set<String>) throws(InputError) {
        if seen.intersection(["status", "drop", "credentials"]).count > 1 {
            throw InputError("fault '\(text)': status, drop and credentials exclude each other")
        }
        if seen.contains("drop"), seen.contains("cut") {
            throw InputError("fault '\(text)': drop and cut exclude each other")
        }
        if !seen.contains("status"), seen.contains("name") || seen.contains("message") {
            throw InputError("fault '\(text)': name and message go with status")
        }
        if isLatencyFirst, latency == nil { throw InputError("fault '\(text)': before goes with latency") }
        if latency == nil, outcome == nil, cut == nil, skew == 0 {
            throw InputError(
                "fault '\(text)' does nothing: it needs latency, status, cut, drop, credentials or skew"
            )
        }
    }

    private static func latency(_ text: String) throws(InputError) -> Latency {
        guard let dots = text.firstRange(of: "..") else {
            return .fixed(milliseconds: try duration("latency", text))
        }
        let low = try duration("latency", String(text[..<dots.lowerBound]))
        let high = try duration("latency", String(text[dots.upperBound...]))
        guard low <= high else { throw InputError("latency '\(text)' ends before it begins") }
        return .uniform(low...high)
    }

    private static func skew(_ text: String) throws(InputError) -> Int64 {
        guard text.hasPrefix("-") else { return try duration("skew", text) }
        return -(try duration("skew", String(text.dropFirst())))
    }

    private static func duration(_ name: String, _ text: String) throws(InputError) -> Int64 {
        guard let duration = DurationText.milliseconds(text) else {
            throw InputError("\(name) is a duration such as 30ms, 5s or 10m, not '\(text)'")
        }
        return duration
    }

    static func number(_ name: String, _ text: String, in range: ClosedRange<Int>) throws(InputError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw InputError(
                "\(name) is a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
            )
        }
        return number
    }
}

extension Fault.Selector {
    fileprivate mutating func read(_ key: String, _ value: String?) throws(InputError) {
        switch (key, value) {
        case ("operation", let value?):
            guard OperationName(rawValue: value) != nil else {
                throw InputError("operation '\(value)' is not one of the 17 of the API")
            }
            operation = value
        case ("pool", let value?): pool = value
        case ("identity", let value?): identity = value
        case ("dataset", let value?): dataset = value
        case ("probability", let value?):
            guard let probability = Double(value), (0...1).contains(probability) else {
                throw InputError("probability is a number from 0 to 1, not '\(value)'")
            }
            chances = UInt64(probability * 1_000_000)
        case ("times", let value?): times = try Fault.number(key, value, in: 1...Int(Int32.max))
        case (_, nil): throw InputError("'\(key)' is no item of a fault, or its value is missing")
        case (_, let value?): throw InputError("'\(key)=\(value)' is no item of a fault")
        }
    }
}

extension ServiceError {
    static let expiredToken = Self(
        status: 403,
        name: "ExpiredTokenException",
        message: "The security token included in the request is expired"
    )
    static let unrecognizedClient = Self(
        status: 403,
        name: "UnrecognizedClientException",
        message: "The security token included in the request is invalid."
    )

    /// Returns an error with this status and, unless a name is given, the usual name of the service for it.
    fileprivate static func injected(status: Int, name: String?, message: String?) -> Self {
        let usual =
            switch status {
            case 400: "InvalidParameterException"
            case 403: "NotAuthorizedException"
            case 404: "ResourceNotFoundException"
            case 409: "ResourceConflictException"
            case 429: "TooManyRequestsException"
            case 503: "ServiceUnavailableException"
            default: "InternalErrorException"
            }
        return Self(status: status, name: name ?? usual, message: message ?? "injected by the emulator")
    }
}

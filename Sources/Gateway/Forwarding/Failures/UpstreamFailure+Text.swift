import CognitoSync
import Logging
import Telemetry

extension UpstreamFailure {
    /// The failure in a few words, for a check and the page for people.
    var summary: String {
        let name = reason?.rawValue ?? status.map { "status \($0)" } ?? "failed"
        return ([name] + [errorName, message ?? detail].compactMap(\.self)).joined(separator: ": ")
    }

    /// The facts of the failure for a log line.
    var metadata: Logger.Metadata {
        let facts: [(String, String?)] = [
            ("reason", reason?.rawValue), ("operation", operation?.rawValue), ("phase", phase),
            ("detail", detail),
            ("address", address), ("libcurl", libcurl.map(String.init)), ("errno", errno.map(String.init)),
            ("status", status.map(String.init)), ("error", errorName), ("error_message", message),
            ("aws.request_id", requestID),
        ]
        var metadata: Logger.Metadata = [:]
        for (name, value) in facts where value != nil { metadata[name] = "\(value ?? "")" }
        return metadata
    }
}

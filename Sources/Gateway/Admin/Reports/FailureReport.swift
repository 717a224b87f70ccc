import CognitoSync
import Messages
import Telemetry

/// A failure of upstream requests, as `/status` shows it.
struct FailureReport: Encodable {
    var time: String
    /// The number of equal failures in a row, and the time of the first of them.
    var count: Int
    var since: String
    var reason: String?
    var operation: String?
    var phase: String?
    var detail: String?
    var address: String?
    var libcurl: Int32?
    var errno: Int32?
    var status: Int?
    var error: String?
    var message: String?
    var requestID: String?

    init(_ entry: RecentFailures.Entry) {
        let failure = entry.failure
        time = RFC3339.text(nanosecondsSince1970: entry.last)
        count = entry.count
        since = RFC3339.text(nanosecondsSince1970: entry.first)
        reason = failure.reason?.rawValue
        operation = failure.operation?.rawValue
        phase = failure.phase
        detail = failure.detail
        address = failure.address
        libcurl = failure.libcurl
        errno = failure.errno
        status = failure.status
        error = failure.errorName
        message = failure.message
        requestID = failure.requestID
    }
}

/// The last reload, as `/status` shows it.
struct ReloadReport: Encodable {
    var time: String
    var succeeded: Bool
    /// The problems that kept the old configuration in force.
    var problems: [String]
}

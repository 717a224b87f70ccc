package import CognitoSync
import HTTPTypes
package import Messages
package import Policy
package import Telemetry

/// The result of forwarding one operation, with its attempts and its time.
package struct Forwarded: Sendable {
    package var result: Result<Response, GatewayError>
    /// The scan of a page of ListRecords; nil for all else.
    ///
    /// Its ranges are of the body of the response.
    package var page: RecordsPage?
    /// The change that a successful UpdateRecords made, as its response shows it; nil for all else.
    package var change: RecordChange?
    /// The `Date` field of a page.
    ///
    /// It is parsed on demand, since few need it.
    var pageDate: String?
    /// The number of signed requests that were sent.
    package var attempts = 0
    package var nanoseconds: Int64 = 0
    /// The finding of the inquiry about a write; nil for one that was not asked after.
    package var inquired: InquiredWrite?
    /// The reason of the failure that an inquiry followed; nil for any other result, which tells its own.
    package var lost: FailureReason?

    /// The time of upstream when it sent a page of ListRecords, in seconds since 1970; nil if it is not
    /// known.
    package var pageTime: Int64? { pageDate.flatMap(HTTPDate.init)?.epochSeconds }

    /// The bytes of the body of the response; 0 without one.
    var length: Int {
        if case .success(let response) = result { response.body.count } else { 0 }
    }

    /// Whether upstream refused a write because the dataset has changed since the caller read it.
    var isConflict: Bool {
        if case .success(let response) = result { response.head.status.code == 409 } else { false }
    }

    /// Whether a stale page may replace the result, where that is allowed.
    package var mayBeReplaced: Bool {
        switch result {
        case .success(let response): response.head.status.code >= 500 || response.head.status.code == 429
        case .failure(let error): error.mayBeReplaced
        }
    }
}

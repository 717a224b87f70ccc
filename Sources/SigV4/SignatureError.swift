/// Why the service refuses a request's signature, in AWS's names, statuses and words.
///
/// The names and texts are those that AWS's front ends were seen to send (recorded in dynalite's `index.js` and
/// in `scratchstack-aws-signature`); the status is 403, as services with REST paths answer, where those of the
/// JSON protocols answer 400.
package struct SignatureError: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The request says nothing about who sent it.
        case missingAuthenticationToken = "MissingAuthenticationTokenException"
        /// The Authorization field lacks a part or cannot be read.
        case incompleteSignature = "IncompleteSignatureException"
        /// Wrong scope, wrong time, or a signature over something else.
        case invalidSignature = "InvalidSignatureException"
        /// No such access key, or a session token that is not this key's.
        case unrecognizedClient = "UnrecognizedClientException"
        /// Temporary credentials after their end.
        case expiredToken = "ExpiredTokenException"
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// What `x-amzn-ErrorType` says.
    package var name: String { kind.rawValue }
    package var status: Int { 403 }
}

/// The reason why AWS refuses the signature of a request, in AWS's names, statuses and texts.
///
/// AWS's front ends send these names and texts (recorded in dynalite's `index.js` and in
/// `scratchstack-aws-signature`). The status is 403, as of services with REST paths; services with a JSON
/// protocol use 400.
package struct SignatureError: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The request carries no Authorization field.
        case missingAuthenticationToken = "MissingAuthenticationTokenException"
        /// The Authorization field lacks a part or cannot be parsed.
        case incompleteSignature = "IncompleteSignatureException"
        /// The scope or the time is wrong, or the signature covers another request.
        case invalidSignature = "InvalidSignatureException"
        /// The access key is unknown, or the session token belongs to another key.
        case unrecognizedClient = "UnrecognizedClientException"
        /// The temporary credentials have expired.
        case expiredToken = "ExpiredTokenException"
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The value of `x-amzn-ErrorType`.
    package var name: String { kind.rawValue }
    package var status: Int { 403 }
}

package import CognitoSync

extension Runtime {
    /// Whether the operation carries a session token of the gateway's, which AWS would not know.
    ///
    /// One that claims to be the gateway's and is not good for this dataset now is refused in AWS's words; one of
    /// AWS's, which a caller may have from elsewhere, is for AWS to judge. `now` is in seconds since 1970.
    package func carriesOwnToken(_ operation: Operation, now: Int64) throws(GatewayError) -> Bool {
        guard let sessionTokens, let scope = operation.dataset, let token = operation.sessionToken else {
            return false
        }
        switch sessionTokens.classify(token, for: scope, now: now) {
        case .foreign: return false
        case .valid: return true
        case .refused: throw .invalid(.invalidParameter(TokenRefusal.message))
        }
    }
}

extension Operation {
    fileprivate var sessionToken: String? {
        switch self {
        case .updateRecords(let update): update.syncSessionToken
        case .listRecords(let list): list.syncSessionToken
        default: nil
        }
    }
}

package import CognitoSync
package import Messages

extension CognitoSync.Operation {
    /// Returns the request as upstream reads it, without a host.
    package func request() -> Request { Request(wireRequest(to: nil)) }
}

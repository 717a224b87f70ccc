import HTTPTypes
import Messages

extension Response {
    /// Whether the status is a 2xx.
    var isSuccess: Bool { (200..<300).contains(head.status.code) }
}

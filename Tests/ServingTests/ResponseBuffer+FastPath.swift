import Messages
import Serving

extension ResponseBuffer {
    /// Writes a whole response, with a field that says that it came from the fast path.
    ///
    /// - Returns: False if the response cannot be prepared; then nothing is written.
    mutating func writeFast(_ response: Response) -> Bool {
        guard let prepared = PreparedResponse(response) else { return false }
        begin()
        append("x-way: fast")
        endLine()
        finish(prepared)
        return true
    }
}

/// A function that runs a command line and returns what it wrote to its standard output.
package typealias ProcessRun =
    @Sendable (_ commandLine: String) async throws(ProcessFault) -> [UInt8]

/// The reason why a command gave no output, without anything that it wrote.
package enum ProcessFault: Error, Sendable, Equatable, CustomStringConvertible {
    case notStarted
    /// It exited with another code than 0; standard error had so many bytes, which may be secrets.
    case failed(code: Int32, standardError: Int)
    /// A signal ended it.
    case ended(signal: Int32)
    case timedOut(Duration)
    case tooMuchOutput(limit: Int)

    package var description: String {
        switch self {
        case .notStarted: "cannot be started; see that /bin/sh is there"
        case .failed(let code, let count):
            "ended with exit code \(code) and \(count) bytes on standard error; run it by hand to see them"
        case .ended(let signal): "was ended by signal \(signal); run it by hand"
        case .timedOut(let limit):
            "took longer than \(limit); raise credentials.process.timeout, or make it faster"
        case .tooMuchOutput(let limit): "wrote more than \(limit) bytes; it must write one JSON document"
        }
    }
}

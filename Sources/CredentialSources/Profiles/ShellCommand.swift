import CProcess
import Foundation
import Glibc

/// A command line that `/bin/sh` runs for its output: the one thing in a file that is executed.
///
/// It has a process group of its own, so that its end is the end of all that it started. It has no standard input.
/// Its output is bounded, and what it writes to standard error is counted and dropped. It inherits no descriptors.
package enum ShellCommand {
    /// The largest output in bytes; a document of credentials has about two kilobytes.
    package static let maximumOutput = 64 << 10

    /// Returns a function that runs command lines with a time limit.
    package static func runner(timeout: Duration) -> ProcessRun {
        { commandLine throws(ProcessFault) in
            let outcome = await withCheckedContinuation { continuation in
                // The thread ends with the command, at the time limit at the latest.
                Thread.detachNewThread {
                    continuation.resume(returning: run(commandLine, timeout: timeout))
                }
            }
            return try outcome.get()
        }
    }

    private static func run(_ commandLine: String, timeout: Duration) -> Result<[UInt8], ProcessFault> {
        var (output, errors): (Int32, Int32) = (-1, -1)
        let process = unsafe syncgate_start_shell(commandLine, &output, &errors)
        guard process > 0 else { return .failure(.notStarted) }
        defer {
            close(output)
            close(errors)
        }
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: timeout)
        var text: [UInt8] = []
        var dropped = 0
        var isOpen = (output: true, errors: true)
        var fault: ProcessFault?
        while isOpen.output || isOpen.errors {
            let left = end - clock.now
            guard left > .zero else {
                fault = .timedOut(timeout)
                break
            }
            var polled = [
                pollfd(fd: isOpen.output ? output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen.errors ? errors : -1, events: Int16(POLLIN), revents: 0),
            ]
            // A slice of the time, so that a child that keeps a pipe open cannot outlive the shell unseen.
            let milliseconds = Int32(clamping: left.components.seconds * 1000 + 1)
            let ready = unsafe poll(&polled, 2, min(milliseconds, 100))
            guard ready >= 0 || errno == EINTR else { break }
            if polled[0].revents != 0 {
                let part = read(output)
                isOpen.output = !part.isEmpty
                text += part
                guard text.count <= maximumOutput else {
                    fault = .tooMuchOutput(limit: maximumOutput)
                    break
                }
            }
            if polled[1].revents != 0 {
                let count = read(errors).count
                isOpen.errors = count > 0
                dropped += count
            }
        }
        if fault == nil, !hasExited(process, by: end) { fault = .timedOut(timeout) }
        // The shell is not reaped yet, so the number is still that of its group.
        _ = kill(-process, SIGKILL)
        _ = hasExited(process, by: clock.now.advanced(by: .seconds(1)))
        var status: Int32 = 0
        let isReaped = unsafe waitpid(process, &status, WNOHANG) == process
        if let fault { return .failure(fault) }
        let signal = status & 0x7F
        guard isReaped, signal == 0 else { return .failure(.ended(signal: signal)) }
        let code = status >> 8 & 0xFF
        return code == 0 ? .success(text) : .failure(.failed(code: code, standardError: dropped))
    }

    /// Returns whether the process has ended, after a wait until `end` at most; it is not reaped.
    private static func hasExited(_ process: Int32, by end: ContinuousClock.Instant) -> Bool {
        while true {
            if syncgate_has_ended(process) != 0 { return true }
            guard ContinuousClock().now < end else { return false }
            usleep(2000)
        }
    }

    /// Returns what is there to read, at most 4 KiB; nothing at the end and after an error.
    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}

import Foundation
import Testing

@testable import CredentialSources

@Suite(.timeLimit(.minutes(1)))
struct ShellCommandTests {
    private func run(_ commandLine: String, timeout: Duration = .seconds(10)) async throws -> String {
        String(decoding: try await ShellCommand.runner(timeout: timeout)(commandLine), as: UTF8.self)
    }

    @Test
    func aShellRunsTheLineWithoutInput() async throws {
        #expect(try await run("echo a | tr a b; cat; echo \"$0\"") == "b\nsh\n")
    }

    @Test
    func nothingIsInherited() async throws {
        let file = try #require(FileHandle(forReadingAtPath: "/dev/null"))
        defer { try? file.close() }
        #expect(try await run("ls /proc/self/fd").split(separator: "\n").count <= 4)
        #expect(try await run("trap '' USR1; kill -USR1 $$; echo on") == "on\n")
    }

    @Test
    func aFailureShowsNothingOfWhatWasWritten() async throws {
        await #expect(throws: ProcessFault.failed(code: 3, standardError: 5)) {
            try await run("echo hush >&2; echo hush; exit 3")
        }
        await #expect(throws: ProcessFault.ended(signal: 9)) { try await run("kill -9 $$") }
        await #expect(throws: ProcessFault.failed(code: 127, standardError: 0)) {
            try await run("exec 2>/dev/null; /nowhere")
        }
    }

    @Test
    func aSlowCommandEndsWithAllThatItStarted() async throws {
        let mark = "syncgate-\(UUID().uuidString)"
        let start = ContinuousClock().now
        await #expect(throws: ProcessFault.timedOut(.milliseconds(300))) {
            try await run("sh -c 'sleep 60; : \(mark)' & sleep 60; : \(mark)", timeout: .milliseconds(300))
        }
        #expect(ContinuousClock().now - start < .seconds(10))
        #expect(try processes(with: mark) == 0)
    }

    @Test
    func whatStaysBehindIsEndedToo() async throws {
        let mark = "syncgate-\(UUID().uuidString)"
        #expect(try await run("(sleep 60; : \(mark)) >/dev/null 2>&1 & echo done") == "done\n")
        #expect(try processes(with: mark) == 0)
    }

    @Test
    func tooMuchOutputIsRefused() async throws {
        #expect(try await run("head -c 65536 /dev/zero").utf8.count == 65_536)
        await #expect(throws: ProcessFault.tooMuchOutput(limit: 65_536)) { try await run("cat /dev/zero") }
        await #expect(throws: ProcessFault.failed(code: 1, standardError: 100_000)) {
            try await run("head -c 100000 /dev/zero >&2; exit 1")
        }
    }

    /// Returns the number of processes with a mark in their command line; a killed one needs a moment to go.
    private func processes(with mark: String) throws -> Int {
        var count = 0
        for _ in 0..<50 {
            count = try FileManager.default.contentsOfDirectory(atPath: "/proc").count { name in
                guard Int(name) != nil,
                    let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
                else { return false }
                return String(decoding: line, as: UTF8.self).contains(mark)
            }
            if count == 0 { return 0 }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return count
    }
}

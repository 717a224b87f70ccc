import Dispatch
import Foundation
import Logging
import Synchronization
import Testing

@testable import Telemetry

/// A collector of the bytes of a writer.
private final class Sink: Sendable {
    let bytes = Mutex<[UInt8]>([])
    var lines: [String] {
        bytes.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
    }

    func writer(capacity: Int = 16_384) -> LogWriter {
        LogWriter(capacity: capacity, render: { Array("\($0.requestID)\n".utf8) }) { bytes in
            self.bytes.withLock { $0 += bytes }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct LogWriterTests {
    @Test func everyLineOfEveryThreadArrivesWhole() async {
        let sink = Sink()
        let writer = sink.writer()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for line in 0..<500 { writer.submit(.line(Array("\(task)-\(line)\n".utf8))) }
                }
            }
        }
        #expect(writer.flush(timeout: .seconds(20)))
        let lines = sink.lines
        #expect(lines.count == 4000)
        #expect(Set(lines).count == 4000)
        #expect(writer.dropped == 0)
        writer.stop(timeout: .seconds(5))
    }

    @Test func aRecordIsRenderedByTheWriter() {
        let sink = Sink()
        let writer = sink.writer()
        writer.submit(.record(.sample()))
        #expect(writer.flush(timeout: .seconds(20)))
        #expect(sink.lines == ["request-1"])
        writer.stop(timeout: .seconds(5))
    }

    /// A sink that takes nothing costs lines, never a request (promise R1).
    @Test func aStuckSinkDropsAndCountsAndBlocksNoThread() {
        let gate = DispatchSemaphore(value: 0)
        let written = Mutex(0)
        let writer = LogWriter(capacity: 160, render: { _ in [] }) { bytes in
            gate.wait()
            written.withLock { $0 += bytes.count }
        }
        let began = ContinuousClock.now
        for _ in 0..<10_000 { writer.submit(.line([UInt8(ascii: "\n")])) }
        #expect(ContinuousClock.now - began < .seconds(10))
        #expect(!writer.flush(timeout: .milliseconds(50)))
        let dropped = writer.dropped
        #expect(dropped == 10_000 - 160)
        for _ in 0..<200 { gate.signal() }
        #expect(writer.flush(timeout: .seconds(20)))
        #expect(written.withLock { $0 } == 10_000 - dropped)
        writer.stop(timeout: .seconds(5))
    }

    @Test func anUnreadPipeIsAStuckSinkToo() throws {
        let pipe = Pipe()
        let output = pipe.fileHandleForWriting
        let writer = LogWriter(capacity: 100, render: { _ in [] }) { try? output.write(contentsOf: $0) }
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1023) + [UInt8(ascii: "\n")]
        for _ in 0..<1000 { writer.submit(.line(line)) }
        #expect(!writer.flush(timeout: .milliseconds(100)))
        #expect(writer.dropped > 0)
        writer.stop(timeout: .milliseconds(10))
        try pipe.fileHandleForReading.close()
    }

    /// A parent with an event loop makes the pipe non-blocking: the flag belongs to the shared open file.
    @Test func aSlowReaderOfANonBlockingPipeGetsEveryLineWhole() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        let writer = LogWriter(
            render: { _ in [] },
            output: .descriptor(descriptor, patience: .seconds(20))
        )
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        for _ in 0..<500 { writer.submit(.line(line)) }
        #expect(!writer.flush(timeout: .milliseconds(50)))
        var received: [UInt8] = []
        while received.count < 500_000 {
            received += pipe.fileHandleForReading.availableData
        }
        #expect(received == Array(repeating: line, count: 500).flatMap(\.self))
        #expect(writer.dropped == 0)
        writer.stop(timeout: .seconds(5))
    }

    /// A line that was begun before the output got stuck is finished before the next one.
    @Test func aStuckNonBlockingPipeLosesWholeLinesAndCountsThem() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        let output = DescriptorOutput(descriptor: descriptor, patience: .milliseconds(20))
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        output.write(Array(repeating: line, count: 200).flatMap(\.self))
        #expect(output.lost > 100)
        let lost = output.lost
        let first = pipe.fileHandleForReading.availableData
        output.write(Array("end\n".utf8))
        try pipe.fileHandleForWriting.close()
        let rest = try #require(try pipe.fileHandleForReading.readToEnd())
        let lines = (first + rest).split(separator: UInt8(ascii: "\n"))
        #expect(lines.last.map { Array($0) } == Array("end".utf8))
        #expect(lines.dropLast().allSatisfy { $0.count == 999 })
        #expect(lines.count - 1 + lost == 200)
        #expect(output.lost == lost)
    }

    @Test func failedWritesAreCounted() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let output = DescriptorOutput(descriptor: full.fileDescriptor)
        output.write(Array("a\nb\nc\n".utf8))
        #expect(output.lost == 3)
        let pipe = Pipe()
        let closed = DescriptorOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        signal(SIGPIPE, SIG_IGN)
        try pipe.fileHandleForReading.close()
        closed.write(Array("a\nb\n".utf8))
        #expect(closed.lost == 2)
    }

    @Test(arguments: [LogFormat.json, .text]) func logEventsAreWrittenByTheWriter(format: LogFormat) throws {
        let sink = Sink()
        let writer = sink.writer()
        let settings = LogConfiguration(level: .info, format: format)
        var logger = Logger(label: "syncgate.test") { label in
            LineLogHandler(label: label, settings: settings, writer: writer, now: { 0 })
        }
        logger[metadataKey: "part"] = "config"
        logger.warning("a\nb \u{1B}[31m \"quoted\"", metadata: ["reason": "x y\r\nz", "list": ["1", "2"]])
        logger.debug("not at this level")
        #expect(writer.flush(timeout: .seconds(20)))
        let lines = sink.lines
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.isOneHarmlessLine)
        switch format {
        case .json:
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["message"] as? String == "a\nb \u{1B}[31m \"quoted\"")
            #expect(object?["log.level"] as? String == "warning")
            #expect(object?["log.logger"] as? String == "syncgate.test")
            #expect(object?["reason"] as? String == "x y\r\nz")
            #expect(object?["part"] as? String == "config")
        case .text:
            #expect(line.hasPrefix("1970-01-01T00:00:00.000Z warning syncgate.test: \"a\\nb "))
            #expect(line.hasSuffix("part=config reason=\"x y\\r\\nz\""))
        }
        writer.stop(timeout: .seconds(5))
    }
}

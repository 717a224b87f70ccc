internal import Glibc
internal import Synchronization

/// A file descriptor that takes lines whole or counts them as lost.
///
/// It may be non-blocking, although this process never asks for that. The flag belongs to the open file, so every
/// process that shares the file can set it: a parent made with an event loop does so with its pipes.
final class DescriptorOutput: Sendable {
    private let descriptor: CInt
    /// The longest time in which the output takes no byte before lines are given up.
    private let patience: Duration
    /// The rest of a line whose beginning is written; it goes out first, so that no line is torn.
    private let begun = Mutex<[UInt8]>([])
    private let given = Atomic(0)

    init(descriptor: CInt, patience: Duration = .seconds(5)) {
        self.descriptor = descriptor
        self.patience = patience
    }

    /// The number of lines given up so far.
    var lost: Int { given.load(ordering: .relaxed) }

    /// Writes whole lines, and gives up those that a failed or stuck output does not take.
    func write(_ lines: [UInt8]) {
        begun.withLock { begun in
            let bytes = begun + lines
            let taken = take(bytes[...])
            let rest = bytes[taken...]
            let isInside = taken < begun.count || (taken > 0 && bytes[taken - 1] != Self.lineFeed)
            guard let end = rest.firstIndex(of: Self.lineFeed), isInside else {
                begun = []
                count(rest)
                return
            }
            begun = Array(rest[...end])
            count(rest[(end + 1)...])
        }
    }

    private static let lineFeed = UInt8(ascii: "\n")

    private func count(_ lines: ArraySlice<UInt8>) {
        given.add(lines.count { $0 == Self.lineFeed }, ordering: .relaxed)
    }

    /// Returns the number of bytes that the output took, all of them unless it fails or is stuck.
    private func take(_ bytes: ArraySlice<UInt8>) -> Int {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR where count < 0: continue
            case EAGAIN where count < 0: guard hasRoom() else { return rest.startIndex }
            default: return rest.startIndex
            }
        }
        return rest.startIndex
    }

    /// Waits until the output takes bytes or fails; returns false if neither comes in time.
    private func hasRoom() -> Bool {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var events = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let milliseconds =
                left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let count = unsafe poll(&events, 1, CInt(clamping: milliseconds + 1))
            if count > 0 { return true }
            if count < 0, errno != EINTR, errno != EAGAIN { return false }
        }
    }
}

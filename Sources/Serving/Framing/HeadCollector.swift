import NIOCore

/// Collects the bytes of a request head one by one and checks its lines as they end.
///
/// Every byte is judged where it stands, so the verdict cannot depend on how the bytes were cut into reads, and
/// comes at the first byte that cannot be part of a well-formed head: nobody waits for an end that never comes.
/// A line ends with CR LF and nothing else (RFC 9112 section 2.2 lets a server accept a bare LF; two parsers that
/// differ there are how requests are smuggled).
struct HeadCollector: Sendable {
    /// What of the head is being read.
    private enum Part {
        /// The bytes before the first space; also the one empty line that may come before a request line.
        case method
        case target
        case version
        /// A field line, or the empty line that ends the head.
        case field
    }

    /// The longest method that is read at all; no method of RFC 9110 is longer than 7 bytes.
    private static let longestMethod = 32

    private let limits: ServerLimits
    private var part = Part.method
    private var line = 0
    private var afterCarriageReturn = false
    private var skippedEmptyLine = false
    private(set) var bytes: [UInt8] = []
    private(set) var methodEnd = 0
    private(set) var targetEnd = 0
    private(set) var versionEnd = 0
    private(set) var fields: [FieldLine] = []

    init(limits: ServerLimits) { self.limits = limits }

    /// Nothing of a request has come yet.
    var isEmpty: Bool { bytes.isEmpty && !skippedEmptyLine }

    /// Takes bytes up to the end of the head.
    ///
    /// - Returns: whether the head has ended; if not, all of `input` was taken.
    mutating func collect(_ input: inout ByteBuffer) throws(Refusal) -> Bool {
        var taken = 0
        defer { input.moveReaderIndex(forwardBy: taken) }
        let count = input.readableBytes
        let view = input.readableBytesUInt8Span
        while taken < count {
            let run = ordinaryBytes(view.extracting(taken...))
            for index in taken..<taken + run { bytes.append(view[index]) }
            taken += run
            guard taken < count else { break }
            let byte = view[taken]
            taken += 1
            if try accept(byte) { return true }
        }
        return false
    }

    /// How many bytes come first that `accept` would take one by one, each without a change of state.
    ///
    /// They are visible ASCII in a target or a field line, and within the limits.
    private func ordinaryBytes(_ input: Span<UInt8>) -> Int {
        let limit: Int
        switch part {
        case .target: limit = limits.target - (bytes.count - methodEnd - 1)
        case .field: limit = limits.field - (bytes.count - line)
        case .method, .version: return 0
        }
        guard !afterCarriageReturn else { return 0 }
        let most = min(input.count, limit, limits.head - bytes.count)
        var count = 0
        while count < most, input[count].isVisible { count += 1 }
        return count
    }

    /// Takes one byte; true when it ended the head.
    private mutating func accept(_ byte: UInt8) throws(Refusal) -> Bool {
        guard bytes.count < limits.head else { throw .headTooLarge }
        if byte == .lineFeed {
            guard afterCarriageReturn else { throw .malformed }
            afterCarriageReturn = false
            bytes.append(byte)
            return try endLine()
        }
        guard !afterCarriageReturn else { throw .malformed }
        if byte == .carriageReturn {
            afterCarriageReturn = true
        } else {
            try check(byte)
        }
        bytes.append(byte)
        return false
    }

    /// Checks a byte that is neither CR nor LF for its place in the line.
    private mutating func check(_ byte: UInt8) throws(Refusal) {
        guard !byte.isForbiddenControl else { throw .malformed }
        switch part {
        case .method:
            if byte == .space {
                guard bytes.count > 0 else { throw .malformed }
                methodEnd = bytes.count
                part = .target
            } else {
                guard byte.isTokenByte, bytes.count < Self.longestMethod else { throw .malformed }
            }
        case .target:
            if byte == .space {
                guard bytes.count > methodEnd + 1 else { throw .malformed }
                targetEnd = bytes.count
                part = .version
            } else {
                guard byte != .tab else { throw .malformed }
                guard bytes.count - methodEnd - 1 < limits.target else { throw .targetTooLong }
            }
        case .version:
            guard byte.isVisible, bytes.count - targetEnd - 1 < "HTTP/1.1".utf8.count else {
                throw .malformed
            }
        case .field:
            guard bytes.count - line < limits.field else { throw .headTooLarge }
        }
    }

    private mutating func endLine() throws(Refusal) -> Bool {
        let end = bytes.count - 2
        switch part {
        case .method:
            // RFC 9112 section 2.2: one empty line before the request line is ignored, for old clients that end a
            // body with a CR LF too many.
            guard end == 0, !skippedEmptyLine else { throw .malformed }
            skippedEmptyLine = true
            bytes.removeAll()
            return false
        case .target:
            throw .malformed
        case .version:
            versionEnd = end
            part = .field
        case .field:
            if end == line { return true }
            guard fields.count < limits.fields else { throw .headTooLarge }
            fields.append(try FieldLine(bytes, in: line..<end))
        }
        line = bytes.count
        return false
    }
}

/// A pattern of dataset names: `*` stands for any run of characters, also none; all else stands for itself.
///
/// A name is matched from its two ends inwards. Each piece between two stars is found by the algorithm of Knuth,
/// Morris and Pratt, at its first place. So the time is linear in the length of the name, whatever the pattern.
package struct DatasetPattern: Sendable, Hashable {
    /// A piece between two stars.
    fileprivate struct Piece: Sendable, Hashable {
        let text: [UInt8]
        /// The length of the longest proper beginning of each beginning that is also its end.
        let borders: [Int]
    }

    /// The beginning of names; all of the name in a pattern without a star.
    private let beginning: [UInt8]
    /// The end of names, behind the last star; nil for a pattern without a star.
    private let end: [UInt8]?
    private let pieces: [Piece]

    package init(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map { Array($0) }
        beginning = parts.first ?? []
        end = parts.count > 1 ? parts.last : nil
        pieces = parts.dropFirst().dropLast().filter { !$0.isEmpty }.map { Piece($0) }
    }

    /// Returns whether a name matches the whole pattern.
    package func matches(_ name: Span<UInt8>) -> Bool {
        guard let end else { return name.count == beginning.count && Self.equal(name, 0, beginning) }
        let last = name.count - end.count
        guard last >= beginning.count, Self.equal(name, 0, beginning), Self.equal(name, last, end) else {
            return false
        }
        var position = beginning.count
        for piece in pieces {
            guard let next = piece.find(in: name, from: position, to: last) else { return false }
            position = next
        }
        return true
    }

    /// Returns whether a part of a name that is long enough has these bytes.
    private static func equal(_ name: Span<UInt8>, _ start: Int, _ bytes: [UInt8]) -> Bool {
        guard name.count - start >= bytes.count else { return false }
        for index in bytes.indices where name[start + index] != bytes[index] { return false }
        return true
    }
}

extension DatasetPattern.Piece {
    init(_ text: [UInt8]) {
        var borders = [0]
        var length = 0
        for byte in text.dropFirst() {
            while length > 0, text[length] != byte { length = borders[length - 1] }
            if text[length] == byte { length += 1 }
            borders.append(length)
        }
        self.text = text
        self.borders = borders
    }

    /// Returns the position behind the first occurrence between two positions; nil if there is none.
    func find(in name: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var length = 0
        var position = start
        while position < end {
            let byte = name[position]
            while length > 0, text[length] != byte { length = borders[length - 1] }
            if text[length] == byte { length += 1 }
            position += 1
            if length == text.count { return position }
        }
        return nil
    }
}

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

    private let text: [UInt8]
    /// The index of the first star, and of the last one; the length in a pattern without a star.
    private let first, last: Int
    private let pieces: [Piece]

    package init(_ text: String) {
        self.text = Array(text.utf8)
        let star = UInt8(ascii: "*")
        first = self.text.firstIndex(of: star) ?? self.text.count
        last = self.text.lastIndex(of: star) ?? self.text.count
        pieces = self.text[first..<last].split(separator: star).map { Piece(Array($0)) }
    }

    /// Returns whether a name matches the whole pattern.
    package func matches(_ name: Span<UInt8>) -> Bool {
        // The text before the first star, and the text behind the last one.
        let end = max(0, text.count - last - 1)
        guard first < text.count ? name.count >= first + end : name.count == first else { return false }
        for index in 0..<first where name[index] != text[index] { return false }
        let behind = name.count - end
        for index in 0..<end where name[behind + index] != text[last + 1 + index] { return false }
        guard !pieces.isEmpty else { return true }
        var position = first
        for piece in pieces {
            guard let next = piece.find(in: name, from: position, to: behind) else { return false }
            position = next
        }
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

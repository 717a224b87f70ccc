/// The nearest name to a misspelled word.
enum Suggestion {
    /// Returns the candidate with the fewest edits; nil if they are many for its length.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let word = word.lowercased()
        guard word.utf8.count <= 64 else { return nil }
        let ranked = candidates.map { (distance(word, $0.lowercased()), $0) }.min { $0 < $1 }
        guard let (edits, candidate) = ranked, edits <= max(1, candidate.utf8.count / 3) else { return nil }
        return candidate
    }

    /// Returns the distance of Levenshtein over bytes, with a swap of neighbours as one edit.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(
                    previous[column + 1] + 1,
                    current[column] + 1,
                    previous[column] + (byte == other ? 0 : 1)
                )
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}

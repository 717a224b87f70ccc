/// The nearest name to a misspelled word.
package enum Suggestion {
    /// Returns the candidate with the fewest edits; nil if they are many for its length.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let word = word.lowercased()
        guard word.utf8.count <= 64 else { return nil }
        let ranked = candidates.map { (distance(word, $0.lowercased()), $0) }.min { $0 < $1 }
        guard let (edits, candidate) = ranked, edits <= max(1, candidate.utf8.count / 3) else { return nil }
        return candidate
    }

    /// Returns the value that a text probably means: spelled otherwise, cut off, or with few edits.
    ///
    /// `INFO` is info, `list-records` is ListRecords, and `warn` is warning.
    static func nearestValue(to text: String, among candidates: some Sequence<String>) -> String? {
        let candidates = candidates.sorted()
        let word = folded(text)
        guard !word.isEmpty, word.utf8.count <= 64 else { return nil }
        if let candidate = candidates.first(where: { folded($0) == word }) { return candidate }
        let longer = candidates.filter { folded($0).hasPrefix(word) || word.hasPrefix(folded($0)) }
        if word.utf8.count >= 3, longer.count == 1 { return longer[0] }
        return nearest(to: text, among: candidates)
    }

    private static func folded(_ text: String) -> String {
        text.lowercased().filter { !"-_. ".contains($0) }
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

internal import CognitoSync

/// The `operation` label: one of the 17 operations, or `none` where no operation was recognised.
enum OperationLabel {
    static let count = OperationName.allCases.count + 1

    /// Returns the position of the label value; 0 is `none`.
    static func index(_ operation: OperationName?) -> Int {
        guard let operation else { return 0 }
        // Most requests are ListRecords. The others bear a look-up.
        return operation == .listRecords ? listRecords : (positions[operation] ?? -1) + 1
    }

    static func name(_ index: Int) -> String {
        OperationName.allCases.indices.contains(index - 1)
            ? OperationName.allCases[index - 1].rawValue : "none"
    }

    private static let listRecords = (positions[.listRecords] ?? -1) + 1

    private static let positions = Dictionary(
        uniqueKeysWithValues: OperationName.allCases.enumerated().map { ($1, $0) }
    )
}

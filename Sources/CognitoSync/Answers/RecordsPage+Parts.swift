extension RecordsPage {
    /// The members that the model has for an answer.
    package enum Part: Int, CaseIterable, Sendable {
        case count
        case datasetDeletedAfterRequestedSyncCount
        case datasetExists
        case datasetSyncCount
        case lastModifiedBy
        case mergedDatasetNames
        case nextToken
        case records
        case syncSessionToken

        /// In the order of the cases.
        private static let names = [
            "Count", "DatasetDeletedAfterRequestedSyncCount", "DatasetExists", "DatasetSyncCount",
            "LastModifiedBy", "MergedDatasetNames", "NextToken", "Records", "SyncSessionToken",
        ]

        init?(_ name: JSONString, in bytes: [UInt8]) {
            guard let index = Self.names.firstIndex(where: { name.says($0, in: bytes) }) else { return nil }
            self.init(rawValue: index)
        }
    }

    /// Where the values lie, by member.
    package struct Parts: Hashable, Sendable {
        private var ranges = [Range<Int>?](repeating: nil, count: Part.allCases.count)

        package internal(set) subscript(part: Part) -> Range<Int>? {
            get { ranges[part.rawValue] }
            set { ranges[part.rawValue] = newValue }
        }
    }
}

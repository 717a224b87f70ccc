extension RecordsPage {
    /// The members that the model has for an answer.
    enum Part {
        case count
        case datasetDeletedAfterRequestedSyncCount
        case datasetExists
        case datasetSyncCount
        case lastModifiedBy
        case mergedDatasetNames
        case nextToken
        case records
        case syncSessionToken

        /// One after the other: nearly all differ in length already.
        init?(_ name: JSONString, in bytes: [UInt8]) {
            if name.says("Count", in: bytes) {
                self = .count
            } else if name.says("DatasetDeletedAfterRequestedSyncCount", in: bytes) {
                self = .datasetDeletedAfterRequestedSyncCount
            } else if name.says("DatasetExists", in: bytes) {
                self = .datasetExists
            } else if name.says("DatasetSyncCount", in: bytes) {
                self = .datasetSyncCount
            } else if name.says("LastModifiedBy", in: bytes) {
                self = .lastModifiedBy
            } else if name.says("MergedDatasetNames", in: bytes) {
                self = .mergedDatasetNames
            } else if name.says("NextToken", in: bytes) {
                self = .nextToken
            } else if name.says("Records", in: bytes) {
                self = .records
            } else if name.says("SyncSessionToken", in: bytes) {
                self = .syncSessionToken
            } else {
                return nil
            }
        }
    }
}

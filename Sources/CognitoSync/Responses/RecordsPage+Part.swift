extension RecordsPage {
    /// The members of a ListRecords response in the model.
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

        /// Compares the names one after the other: nearly all differ in length already.
        init?(_ name: JSONString, in bytes: [UInt8]) {
            if name.equals("Count", in: bytes) {
                self = .count
            } else if name.equals("DatasetDeletedAfterRequestedSyncCount", in: bytes) {
                self = .datasetDeletedAfterRequestedSyncCount
            } else if name.equals("DatasetExists", in: bytes) {
                self = .datasetExists
            } else if name.equals("DatasetSyncCount", in: bytes) {
                self = .datasetSyncCount
            } else if name.equals("LastModifiedBy", in: bytes) {
                self = .lastModifiedBy
            } else if name.equals("MergedDatasetNames", in: bytes) {
                self = .mergedDatasetNames
            } else if name.equals("NextToken", in: bytes) {
                self = .nextToken
            } else if name.equals("Records", in: bytes) {
                self = .records
            } else if name.equals("SyncSessionToken", in: bytes) {
                self = .syncSessionToken
            } else {
                return nil
            }
        }
    }
}

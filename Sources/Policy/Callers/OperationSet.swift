package import CognitoSync

/// A set of operations, in which a lookup is a shift.
package struct OperationSet: Sendable, Hashable {
    private var bits: UInt32 = 0

    package init(_ operations: some Sequence<OperationName>) {
        for operation in operations { bits |= 1 << operation.index }
    }

    /// The set of all operations.
    package static let all = OperationSet(OperationName.allCases)

    package func contains(_ operation: OperationName) -> Bool { bits >> operation.index & 1 == 1 }
}

extension OperationName {
    /// The number of the operation, from 0 to 16.
    var index: Int {
        switch self {
        case .bulkPublish: 0
        case .deleteDataset: 1
        case .describeDataset: 2
        case .describeIdentityPoolUsage: 3
        case .describeIdentityUsage: 4
        case .getBulkPublishDetails: 5
        case .getCognitoEvents: 6
        case .getIdentityPoolConfiguration: 7
        case .listDatasets: 8
        case .listIdentityPoolUsage: 9
        case .listRecords: 10
        case .registerDevice: 11
        case .setCognitoEvents: 12
        case .setIdentityPoolConfiguration: 13
        case .subscribeToDataset: 14
        case .unsubscribeFromDataset: 15
        case .updateRecords: 16
        }
    }
}

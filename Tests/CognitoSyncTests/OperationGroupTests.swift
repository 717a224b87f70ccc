import CognitoSync
import Testing

/// The groups of operations that a grant can name.
@Suite struct OperationGroupTests {
    @Test func eachOperationIsInOneGroup() {
        let grouped = OperationGroup.allCases.flatMap(\.operations)
        #expect(grouped.count == 17)
        #expect(Set(grouped) == Set(OperationName.allCases))
    }

    @Test func theGroupsAreThoseOfTheirCallers() {
        #expect(
            OperationGroup.read.operations.map(\.rawValue)
                == ["DescribeDataset", "DescribeIdentityUsage", "ListDatasets", "ListRecords"]
        )
        #expect(
            OperationGroup.write.operations.map(\.rawValue) == [
                "DeleteDataset", "RegisterDevice", "SubscribeToDataset", "UnsubscribeFromDataset",
                "UpdateRecords",
            ]
        )
        #expect(OperationGroup.admin.operations.count == 8)
    }

    /// The reach of a name is what its operations have as parameters.
    @Test(arguments: Sample.all)
    func theReachIsThatOfTheParameters(_ sample: Sample) throws {
        let operation = try RequestDecoder.decode(sample.rest).operation
        let reach: OperationReach =
            operation.dataset != nil
            ? .dataset : operation.owner != nil ? .identity : operation.pool != nil ? .pool : .everyPool
        #expect(operation.name.reach == reach)
    }
}

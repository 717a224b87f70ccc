/// A dataset of an identity: the unit that has a sync count.
package struct DatasetScope: Hashable, Sendable {
    package let owner: IdentityScope
    package let dataset: DatasetName

    package init(owner: IdentityScope, dataset: DatasetName) {
        self.owner = owner
        self.dataset = dataset
    }
}

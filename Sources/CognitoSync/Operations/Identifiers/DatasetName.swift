/// The name of a dataset: 1 to 128 bytes of `[a-zA-Z0-9_.:-]+`, and neither `.` nor `..`.
package struct DatasetName: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        guard TextConstraint.datasetName.allows(text) else { return nil }
        self.text = text
    }
}

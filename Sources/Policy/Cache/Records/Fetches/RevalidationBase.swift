/// A cached state that is to be revalidated, and what is known of its incarnation.
///
/// Counts alone cannot tell a dataset from another that was made under its name. The date of its creation can.
package struct RevalidationBase: Sendable {
    package let snapshot: DatasetSnapshot
    /// The CreationDate in DescribeDataset, as it was spelt; nil if it was never asked for.
    package let creationDate: [UInt8]?
    /// A moment by upstream's clock, in milliseconds since 1970: a dataset created later is another incarnation.
    package let firstSeen: Int64?
    /// Whether it is time to check the incarnation, even if nothing has changed.
    package let isCheckDue: Bool

    package var syncCount: Int64 { snapshot.syncCount }
}

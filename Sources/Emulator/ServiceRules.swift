/// What Cognito Sync does where nobody outside of AWS knows it, and the limits that AWS can raise.
///
/// Each unknown is a switch that does both, so that tests can run under both; the comment names what is known.
/// The defaults are the behaviour that is harder on a cache, where neither is more likely.
package struct ServiceRules: Sendable, Equatable {
    /// Whether a dataset that was deleted and made again counts from 1 or from where it was.
    package enum CounterAfterDelete: String, Sendable, CaseIterable { case restarts, continues }
    /// What a patch does that gives a record the value it has: count as any other, or leave the record as it is.
    package enum SameValuePatch: String, Sendable, CaseIterable { case bumps, keeps }
    /// Whether `Count` is the records of the page or of the dataset.
    package enum CountMember: String, Sendable, CaseIterable { case page, total }
    /// What becomes of a `maxResults` outside of 1 to 1024.
    package enum MaxResultsOutOfRange: String, Sendable, CaseIterable { case refused, clamped }
    /// How a session token that has run out is refused: as one for other inputs is, or as not authorized.
    package enum ExpiredToken: String, Sendable, CaseIterable { case invalid, notAuthorized }
    /// Which count a patch for a removed key has to carry: the tombstone's, or that or 0.
    package enum Resurrection: String, Sendable, CaseIterable { case tombstoneCount, zeroToo }
    /// The error of an identifier that breaks its pattern: the model's name, or the sibling service's.
    package enum PatternError: String, Sendable, CaseIterable {
        case invalidParameter = "InvalidParameterException"
        case validation = "ValidationException"
    }
    /// RegisterDevice, SubscribeToDataset and UnsubscribeFromDataset with developer credentials.
    package enum DeviceOperations: String, Sendable, CaseIterable { case refused, allowed }
    /// A pool that nobody has made known: as if it were empty, or 404.
    package enum UnknownPools: String, Sendable, CaseIterable { case served, refused }
    /// DescribeIdentityUsage of an identity that never wrote: 404, or zero of everything.
    package enum UnknownIdentity: String, Sendable, CaseIterable { case notFound, empty }
    /// A session token on ListRecords that is not for these inputs: refused, or not looked at.
    package enum TokenOnListRecords: String, Sendable, CaseIterable { case checked, ignored }

    package var counterAfterDelete = CounterAfterDelete.restarts
    /// Whether `lastSyncCount` 0 or absent lists removed records too.
    package var fullListingTombstones = true
    package var sameValuePatch = SameValuePatch.bumps
    /// Whether members without a value are sent as null, as the published samples show.
    package var explicitNulls = true
    package var countMember = CountMember.page
    package var maxResultsOutOfRange = MaxResultsOutOfRange.refused
    package var resurrection = Resurrection.tombstoneCount
    package var patternError = PatternError.invalidParameter
    package var deviceOperations = DeviceOperations.refused
    package var unknownPools = UnknownPools.served
    package var unknownIdentity = UnknownIdentity.notFound
    package var tokenOnListRecords = TokenOnListRecords.checked
    package var expiredToken = ExpiredToken.invalid
    /// Whether a page that is exactly full has a NextToken even when nothing follows.
    package var tokenAfterFullPage = false
    /// Whether `x-amzn-ErrorType` goes on after the name with a colon and a URI.
    package var errorTypeSuffix = false

    /// Records of a page when the request does not say.
    package var pageLimit: Int64 = 1024
    /// Datasets or pools of a page when the request does not say.
    package var usagePageLimit: Int64 = 60
    /// Milliseconds that a session token is good for.
    package var tokenLifetime: Int64 = 3_600_000
    /// Seconds that a signature's time may be off; the live message says 5 minutes.
    package var maximumClockSkew: Int64 = 300
    package var datasetsPerIdentity: Int64 = 20
    package var recordsPerDataset: Int64 = 1024
    /// Bytes of UTF-8, keys and values.
    package var datasetBytes: Int64 = 1_048_576
    /// Milliseconds from the start of a bulk publish to its end.
    package var bulkPublishDuration: Int64 = 60_000

    package init() {}
}

/// The behaviour of the service where it is not published, and the limits that AWS can raise.
///
/// Each unknown is a switch for both behaviours, so that tests can run under both. Its comment names them.
/// The default of a rule without evidence is the behaviour that is harder on a cache.
package struct ServiceRules: Sendable, Equatable {
    /// The first count of a dataset that was deleted and created again: 1, or the next after the deletion.
    package enum CounterAfterDelete: String, Sendable, CaseIterable { case restarts, continues }
    /// The effect of a patch with the current value: it counts as any other, or leaves the record unchanged.
    package enum SameValuePatch: String, Sendable, CaseIterable { case bumps, keeps }
    /// The meaning of `Count`: the number of records of the page, or of the dataset.
    package enum CountMember: String, Sendable, CaseIterable { case page, total }
    /// The treatment of a `maxResults` outside of 1 to 1024.
    package enum MaxResultsOutOfRange: String, Sendable, CaseIterable { case refused, clamped }
    /// The refusal of an expired session token: as one for other inputs, or as not authorized.
    package enum ExpiredToken: String, Sendable, CaseIterable { case invalid, notAuthorized }
    /// The count that a patch for a removed key must have: that of the tombstone, or also 0.
    package enum Resurrection: String, Sendable, CaseIterable { case tombstoneCount, zeroToo }
    /// The error for an identifier that breaks its pattern: that of the model, or of the sibling service.
    package enum PatternError: String, Sendable, CaseIterable {
        case invalidParameter = "InvalidParameterException"
        case validation = "ValidationException"
    }
    /// The treatment of the three device operations with developer credentials.
    ///
    /// They are RegisterDevice, SubscribeToDataset and UnsubscribeFromDataset.
    package enum DeviceOperations: String, Sendable, CaseIterable { case refused, allowed }
    /// The treatment of an unknown pool: as an empty one, or 404.
    package enum UnknownPools: String, Sendable, CaseIterable { case served, refused }
    /// The response to DescribeIdentityUsage for an identity that never wrote: 404, or zeros.
    package enum UnknownIdentity: String, Sendable, CaseIterable { case notFound, empty }
    /// The treatment of a session token on ListRecords: checked against the inputs, or ignored.
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
    /// Whether `x-amzn-ErrorType` has a colon and a URI after the name.
    package var errorTypeSuffix = false

    /// The records of a page if the request gives no number.
    package var pageLimit: Int64 = 1024
    /// The datasets or pools of a page if the request gives no number.
    package var usagePageLimit: Int64 = 60
    /// The lifetime of a session token in milliseconds.
    package var tokenLifetime: Int64 = 3_600_000
    /// The largest accepted error in the time of a signature, in seconds; the live message says 5 minutes.
    package var maximumClockSkew: Int64 = 300
    package var datasetsPerIdentity: Int64 = 20
    package var recordsPerDataset: Int64 = 1024
    /// The largest dataset, in bytes of UTF-8 of keys and values.
    package var datasetBytes: Int64 = 1_048_576
    /// The duration of a bulk publish in milliseconds.
    package var bulkPublishDuration: Int64 = 60_000

    package init() {}
}

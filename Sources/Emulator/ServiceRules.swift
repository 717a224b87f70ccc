/// The behaviour of the service where it is not published, and the limits that AWS can raise.
///
/// Each unknown is a switch for every behaviour, so that tests can run under each. Its comment names them.
/// The default is the behaviour with the better evidence. Without evidence it is the one that is harder on a
/// cache.
package struct ServiceRules: Sendable, Equatable {
    /// The first count of a dataset that was deleted and created again: 1, or the next after the deletion.
    package enum CounterAfterDelete: String, Sendable, CaseIterable { case restarts, continues }
    /// The counts of a patch that conflict: one lower than the record's, or any other than the record's.
    ///
    /// Every printed 409 has a record's count above the patch's, and a test by AWS writes with a higher one.
    package enum Conflict: String, Sendable, CaseIterable { case lower, unequal }
    /// The effect of a patch with the current value: it counts as any other, or leaves the record unchanged.
    ///
    /// A stale count is a conflict all the same (aws-sdk-net#391), except under `keepsWhateverCount`.
    package enum SameValuePatch: String, Sendable, CaseIterable { case bumps, keeps, keepsWhateverCount }
    /// The `DeviceLastModifiedDate` of a record: set by the service as it stores the record, or the writer's.
    package enum DeviceDates: String, Sendable, CaseIterable { case rewritten, kept }
    /// The meaning of `Count`: the number of records of the page, or of the dataset.
    package enum CountMember: String, Sendable, CaseIterable { case page, total }
    /// The treatment of a `maxResults` outside of 1 to 1024.
    package enum MaxResultsOutOfRange: String, Sendable, CaseIterable { case refused, clamped }
    /// The number of writes for which a session token is good.
    package enum TokenUse: String, Sendable, CaseIterable { case once, many }
    /// The refusal of an expired or spent session token.
    ///
    /// `invalid` is 400 as for other inputs, `notAuthorized` is 403, and `sessionExpired` is 403 with a text
    /// that does not name the token.
    package enum TokenRefusal: String, Sendable, CaseIterable { case invalid, notAuthorized, sessionExpired }
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
    /// The treatment of a session token on ListRecords: checked as on UpdateRecords, or ignored.
    package enum TokenOnListRecords: String, Sendable, CaseIterable { case checked, ignored }
    /// The form of an AccessDeniedException: that of IAM, with `Message`, or that of the other errors.
    package enum AccessDeniedForm: String, Sendable, CaseIterable { case iam, service }

    package var counterAfterDelete = CounterAfterDelete.continues
    /// Whether `lastSyncCount` 0 or absent lists removed records too.
    package var fullListingTombstones = false
    package var conflict = Conflict.lower
    package var sameValuePatch = SameValuePatch.bumps
    package var deviceDates = DeviceDates.rewritten
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
    package var tokenUse = TokenUse.once
    package var expiredToken = TokenRefusal.invalid
    package var spentToken = TokenRefusal.invalid
    package var accessDeniedForm = AccessDeniedForm.iam
    /// Whether a page that is exactly full has a NextToken even when nothing follows.
    package var tokenAfterFullPage = false
    /// Whether `x-amzn-ErrorType` has a colon and a URI after the name.
    package var errorTypeSuffix = false

    /// The records of a page if the request gives no number.
    package var pageLimit: Int64 = 1024
    /// The datasets or pools of a page if the request gives no number.
    package var usagePageLimit: Int64 = 60
    /// The lifetime of a session token in milliseconds; that of a captured token is 300 s.
    package var tokenLifetime: Int64 = 300_000
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

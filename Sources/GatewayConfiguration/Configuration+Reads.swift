package import CognitoSync

extension Configuration {
    /// For how long an answer to each read beside ListRecords is kept; zero: neither kept nor shared.
    ///
    /// Writes through the gateway drop what they change, so these bound what the gateway cannot see. A dataset, and
    /// what counts it in its identity, may be changed by any device at any time, and nothing here is confirmed by a
    /// sync count, so they are kept for a fifth of `cache.fresh`: enough for those who poll at once. A publish moves
    /// by itself and is watched. Totals over a pool are statistics. Settings are changed by operators, who change
    /// them through the gateway or know that they did not.
    package struct Reads: Sendable, Equatable {
        package var describeDataset = Duration.seconds(1)
        package var listDatasets = Duration.seconds(1)
        package var describeIdentityUsage = Duration.seconds(1)
        package var describeIdentityPoolUsage = Duration.seconds(10)
        package var listIdentityPoolUsage = Duration.seconds(10)
        package var getIdentityPoolConfiguration = Duration.seconds(30)
        package var getCognitoEvents = Duration.seconds(30)
        package var getBulkPublishDetails = Duration.seconds(1)

        package init() {}

        /// All of them off, or all for the same time.
        package init(all duration: Duration) {
            (describeDataset, listDatasets, describeIdentityUsage) = (duration, duration, duration)
            (describeIdentityPoolUsage, listIdentityPoolUsage) = (duration, duration)
            (getIdentityPoolConfiguration, getCognitoEvents, getBulkPublishDetails) = (
                duration, duration, duration
            )
        }
    }
}

extension Configuration.Reads {
    /// Zero for an operation that is none of the eight.
    package func lifetime(of operation: OperationName) -> Duration {
        switch operation {
        case .describeDataset: describeDataset
        case .listDatasets: listDatasets
        case .describeIdentityUsage: describeIdentityUsage
        case .describeIdentityPoolUsage: describeIdentityPoolUsage
        case .listIdentityPoolUsage: listIdentityPoolUsage
        case .getIdentityPoolConfiguration: getIdentityPoolConfiguration
        case .getCognitoEvents: getCognitoEvents
        case .getBulkPublishDetails: getBulkPublishDetails
        case .bulkPublish, .deleteDataset, .listRecords, .registerDevice, .setCognitoEvents,
            .setIdentityPoolConfiguration, .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            .zero
        }
    }
}

package import CognitoSync

extension Configuration {
    /// The times for which responses to the reads other than ListRecords are cached; zero: neither cached nor shared.
    ///
    /// A write through the gateway invalidates what it changes. So these times bound the changes that the gateway
    /// cannot see. Any device may change a dataset, and the usage of its identity, at any time. No sync count
    /// revalidates these responses. So they are cached for a fifth of `cache.fresh`: enough for callers that poll at
    /// once. A publish moves by itself and is watched. Totals over a pool are statistics. Operators change events
    /// and pool configurations, through the gateway or past it knowingly.
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

        /// Creates equal times for all reads; zero turns all of them off.
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
    /// Returns the time of an operation; zero for one that is none of the eight reads.
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

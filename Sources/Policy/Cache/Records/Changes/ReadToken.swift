package import CognitoSync

/// A read in flight that is not shared, to be handed back with what its response shows.
package struct ReadToken: Sendable {
    package let scope: DatasetScope
    let stamp: Stamp
}

/// The reason why one event of a batch is unusable.
package enum StreamFault: Error, Hashable, Sendable {
    /// The record has no `kinesis` object with a string `data`.
    case notFromKinesis
    case notBase64
    case notJSON(JSONError)
    /// A member that identifies the dataset is missing, or is not an identifier.
    case unnamed(String)
    /// The members `dataSetName` and `datasetName` differ.
    case namedTwice
}

extension StreamFault: CustomStringConvertible {
    /// A clause for a message; it contains no byte of the event.
    package var description: String {
        switch self {
        case .notFromKinesis: "no kinesis.data"
        case .notBase64: "kinesis.data is not Base64"
        case .notJSON(let error): "not a JSON object: \(error)"
        case .unnamed(let member): "no valid \(member)"
        case .namedTwice: "dataSetName and datasetName differ"
        }
    }
}

/// Why nothing can be learned from one event of a batch.
package enum StreamFault: Error, Hashable, Sendable {
    /// No `kinesis` object with a string `data`.
    case notFromKinesis
    case notBase64
    case notJSON(JSONError)
    /// The member that would name the dataset is not there, or is not an identifier.
    case unnamed(String)
    /// `dataSetName` and `datasetName` differ.
    case namedTwice
}

extension StreamFault: CustomStringConvertible {
    /// A clause for a message; no byte of the event.
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

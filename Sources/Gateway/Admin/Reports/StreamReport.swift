import CognitoSync
import Policy

/// The response to `POST /streams`: the outcomes of the events as counts, and the events that were refused.
struct StreamReport: Encodable {
    struct Refused: Encodable {
        /// The position of the event in the batch, from 0.
        var index: Int
        var reason: String
    }

    var received = 0
    var merged = 0
    var known = 0
    var doubted = 0
    var unheld = 0
    var refused: [Refused] = []

    /// Applies the events of a batch in their order.
    init(_ batch: StreamBatch, apply: (StreamChange) -> StreamOutcome) {
        received = batch.events.count
        for (index, event) in batch.events.enumerated() {
            switch event {
            case .failure(let fault): refused.append(Refused(index: index, reason: fault.description))
            case .success(let change):
                switch apply(change) {
                case .merged: merged += 1
                case .known: known += 1
                case .doubted: doubted += 1
                case .unheld: unheld += 1
                }
            }
        }
    }
}

extension AdminError {
    init(_ fault: StreamBatch.Fault) {
        switch fault {
        case .notJSON(let error): self = .badRequest("the body is no batch of stream records: \(error)")
        case .tooManyEvents: self = .badRequest("more than \(StreamBatch.maximumEvents) records")
        }
    }
}

import CognitoSync
import Policy

/// What `GET /explain` answers: one word for what the cache would do, and a word and a sentence for each reason.
struct ExplanationReport: Encodable {
    struct Asked: Encodable {
        var pool: String
        var identity: String
        var dataset: String
        var lastSyncCount: Int64?
        var maxResults: Int64?
    }

    struct Reason: Encodable {
        var reason: String
        var text: String
    }

    struct Held: Encodable {
        var syncCount: Int64
        var base: Int64?
        var whole: Bool
        var exists: Bool
        var records: Int
        var bytes: Int
        var ageSeconds: Double
        var freshSeconds: Double
        var doubt: Reason?
    }

    var asked: Asked
    var outcome: String
    var text: String
    var reasons: [Reason]
    var held: Held?

    init(_ explanation: Explanation, of key: PageKey) {
        asked = Asked(
            pool: key.dataset.owner.pool.text,
            identity: key.dataset.owner.identity.text,
            dataset: key.dataset.dataset.text,
            lastSyncCount: key.lastSyncCount,
            maxResults: key.maxResults
        )
        outcome = explanation.outcome.rawValue
        text = explanation.outcome.text
        reasons = explanation.reasons.map { Reason(reason: $0.rawValue.snakeCase, text: $0.text) }
        held = explanation.held.map { held in
            Held(
                syncCount: held.syncCount,
                base: held.base,
                whole: held.isWhole,
                exists: held.exists,
                records: held.records,
                bytes: held.bytes,
                ageSeconds: Self.seconds(held.age),
                freshSeconds: Self.seconds(held.timeToLive),
                doubt: held.doubt.map { Reason(reason: $0.rawValue.snakeCase, text: $0.text) }
            )
        }
    }

    /// To the millisecond.
    private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds / 1_000_000) / 1000 }
}

extension String {
    /// A case's name as the words of labels are written.
    fileprivate var snakeCase: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            let isCapital = scalar.properties.isUppercase
            text += isCapital ? "_" + scalar.properties.lowercaseMapping : String(Character(scalar))
        }
    }
}

extension Explanation.Outcome {
    fileprivate var text: String {
        switch self {
        case .hit: "answered with a page that is ready"
        case .derived: "answered with a page made of the records that are held"
        case .stale: "answered with what is held, although its time is over"
        case .joined: "waits for a fetch that is in the air"
        case .delta: "what changed since is fetched, and the answer made of that and what is held"
        case .fetch: "fetched upstream, and kept"
        case .pass: "forwarded, and not kept"
        }
    }
}

extension Explanation.Reason {
    fileprivate var text: String {
        switch self {
        case .unheld: "nothing is held of the dataset"
        case .fresh: "what is held was confirmed lately enough"
        case .expired: "what is held was confirmed too long ago"
        case .doubted: "something happened that what is held may not show"
        case .writing: "a write to the dataset is in the air"
        case .fetching: "a fetch that may be waited for is in the air"
        case .ready: "this very page is held, as it was asked for before"
        case .withinCounts: "all that changed after lastSyncCount is held"
        case .whole: "all records are held"
        case .notWhole: "all records are asked for, and only what changed after the base is held"
        case .belowBase: "lastSyncCount is below the base: what was removed before it is not known"
        case .aboveCount: "lastSyncCount is above the count that is held"
        case .merged: "the dataset has merges, which no count tells of"
        case .deleted: "the dataset was deleted after lastSyncCount"
        case .unknownMembers: "the service's answer has members that are not known here"
        case .absent: "the dataset does not exist, as far as is known"
        case .tombstones: "whether the service lists what was removed is not known"
        case .tooLarge: "it is too large to be kept"
        }
    }
}

extension Explanation.Doubt {
    fileprivate var text: String {
        switch self {
        case .write: "a write's answer does not continue what is held"
        case .unknownOutcome: "nobody knows what came of a write"
        case .conflict: "a writer was refused with a conflict"
        case .refusal: "the service does not know a sync count that was handed out"
        case .stream: "a stream told of a change that could not be placed"
        case .asked: "somebody asked for a confirmed answer"
        case .contradiction: "an answer contradicts what is held"
        }
    }
}

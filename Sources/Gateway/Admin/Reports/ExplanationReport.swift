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

    struct Cached: Encodable {
        var syncCount: Int64
        var base: Int64
        var whole: Bool
        var exists: Bool
        var doubt: Reason?
        var records: Int
        var bytes: Int
        var ageSeconds: Double
        var freshSeconds: Double
    }

    var asked: Asked
    var outcome: String
    var text: String
    var reasons: [Reason]
    var held: Cached?

    init(_ explanation: Explanation, of request: ListRecords) {
        asked = Asked(
            pool: request.scope.owner.pool.text,
            identity: request.scope.owner.identity.text,
            dataset: request.scope.dataset.text,
            lastSyncCount: request.lastSyncCount,
            maxResults: request.paging.maxResults
        )
        outcome = explanation.outcome.rawValue
        text = explanation.outcome.text
        reasons = explanation.reasons.map { Reason(reason: $0.rawValue.snakeCase, text: $0.text) }
        held = explanation.cached.map { cached in
            Cached(
                syncCount: cached.syncCount,
                base: cached.base,
                whole: cached.isWhole,
                exists: cached.exists,
                doubt: cached.doubt.map { Reason(reason: $0.rawValue, text: $0.text) },
                records: cached.records,
                bytes: cached.bytes,
                ageSeconds: Self.seconds(cached.age),
                freshSeconds: Self.seconds(cached.timeToLive)
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
        case .stale: "answered with what is held, although its time is over, while that is being confirmed"
        case .joined: "waits for a call that is in the air"
        case .delta: "what changed since is fetched, and the answer made of that and what is held"
        case .fetch: "fetched upstream, and held"
        case .pass: "forwarded, and not held"
        }
    }
}

extension Explanation.Reason {
    fileprivate var text: String {
        switch self {
        case .unheld: "nothing is held of the dataset: not asked for lately, or not such that it can be held"
        case .doubted: "something happened that what is held may not show"
        case .fresh: "what is held was confirmed lately enough"
        case .expired: "what is held was confirmed too long ago"
        case .absent: "the dataset does not exist, as far as is known"
        case .whole: "all records are asked for, and all are held"
        case .notWhole: "all records are asked for, and only what changed after the base is held"
        case .withinCounts: "all that changed after lastSyncCount is held"
        case .belowBase: "lastSyncCount is below the base: what was removed before the base is not known"
        case .aboveCount: "lastSyncCount is above the count that is held"
        case .ready: "this very page has been made before"
        case .inTheAir: "a call that may be waited for is in the air"
        case .unusualPage: "no client asks for pages of that size"
        }
    }
}

extension Explanation.Doubt {
    fileprivate var text: String {
        switch self {
        case .write: "a write's outcome is not known, was a conflict, or does not continue what is held"
        case .stream: "a stream told of a change that does not connect with what is held"
        case .answer: "an answer showed another state"
        case .told: "the gateway was told otherwise"
        }
    }
}

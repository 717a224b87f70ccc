import CognitoSync
import Policy

/// The response to `GET /explain`: a word for what the cache would do, and a word and a sentence for each
/// reason.
struct ExplanationReport: Encodable {
    /// The read that the explanation is about.
    struct Query: Encodable {
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

    /// The snapshot of the dataset.
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
        var sessionTokens: Int
    }

    var asked: Query
    var outcome: String
    var text: String
    var reasons: [Reason]
    var held: Cached?
    /// The writes that were asked after within the last minute, and that a retry would find.
    var rememberedWrites: Int

    init(_ explanation: Explanation, of request: ListRecords) {
        asked = Query(
            pool: request.scope.owner.pool.text,
            identity: request.scope.owner.identity.text,
            dataset: request.scope.dataset.text,
            lastSyncCount: request.lastSyncCount,
            maxResults: request.paging.maxResults
        )
        outcome = explanation.outcome.rawValue
        text = explanation.outcome.text
        reasons = explanation.reasons.map { Reason(reason: $0.rawValue.snakeCase, text: $0.text) }
        rememberedWrites = explanation.rememberedWrites
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
                freshSeconds: Self.seconds(cached.timeToLive),
                sessionTokens: cached.sessionTokens
            )
        }
    }

    /// Returns seconds, cut to the millisecond.
    private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds / 1_000_000) / 1000 }
}

extension String {
    /// The name of a case in the spelling of labels.
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
        case .hit: "answered with a cached page"
        case .derived: "answered with a page that is rendered from the snapshot"
        case .stale: "answered from the stale snapshot, while that is revalidated"
        case .joined: "waits for a fetch that is under way"
        case .delta: "the snapshot is revalidated by a delta, and the page is rendered from it"
        case .fetch: "fetched upstream, and cached"
        case .pass: "forwarded past the cache"
        case .gone: "refused: the snapshot that the pagination began in is gone"
        }
    }
}

extension Explanation.Reason {
    fileprivate var text: String {
        switch self {
        case .unheld: "nothing is cached of the dataset: no recent read asked for it, or it cannot be cached"
        case .doubted: "the snapshot is doubtful: something happened that may have changed the dataset"
        case .fresh: "the snapshot is fresh"
        case .expired: "the snapshot is stale"
        case .absent: "the dataset does not exist, as far as is known"
        case .whole: "all records are asked for, and the snapshot has all"
        case .notWhole: "all records are asked for, and the snapshot has only the changes after its base"
        case .withinCounts: "the snapshot has all changes after lastSyncCount"
        case .belowBase: "lastSyncCount is below the base: records removed before the base are not known"
        case .aboveCount: "lastSyncCount is above the count of the snapshot"
        case .belowUnknownCount: "lastSyncCount is one below a count that upstream did not know"
        case .tooLong: "the listing has too many pages to be cached"
        case .ready: "this very page is cached"
        case .inTheAir: "a fetch is under way that this read may join"
        case .unusualPage: "no SDK asks for pages of that size"
        case .samePagination: "the snapshot that the pagination began in is cached"
        case .otherSnapshot: "the snapshot that the pagination began in is not cached"
        }
    }
}

extension Explanation.Doubt {
    fileprivate var text: String {
        switch self {
        case .write: "the outcome of a write is unknown, was a conflict, or does not continue the snapshot"
        case .stream: "a stream event tells of a change that does not continue the snapshot"
        case .answer: "a response of upstream showed another state"
        case .told: "upstream does not know a count that the gateway handed out"
        }
    }
}

import CognitoSync
import Policy

extension Workload {
    /// The work on a cached dataset of 40 records (20 KiB): pages rendered from it, and a write that it
    /// learns.
    static var pages: [Workload] {
        [
            render("splice 4 records of 40", Sample.key(1, maxResults: 4)),
            render("splice all of 40", Sample.key(1)),
            Workload(name: "learn a write to 40") {
                var table = Table.filled(2, body: cached)
                let scope = Sample.key(1).dataset
                let now = Instant(nanoseconds: 2)
                var count = first
                let write = {
                    let token = table.writeStarted(scope)
                    count += 1
                    let body = Sample.changed(at: count)
                    let change = need(
                        (try? UpdateRecordsResponse.scan(body)).flatMap {
                            RecordChange($0.records, of: body)
                        },
                        "the change"
                    )
                    table.writeEnded(token, outcome: .applied(change), now: now)
                }
                write()
                guard case .derive(let state) = table.lookUp(Sample.key(1), now: now, fetch: { 0 }),
                    state.snapshot.syncCount == count
                else { return { need(nil, "the state after the write") } }
                return write
            },
        ]
    }

    private static var cached: [UInt8] { Sample.page(records: 40) }
    private static let first: Int64 = 41

    private static func render(_ name: String, _ key: PageKey) -> Workload {
        Workload(name: name) {
            let page = need(try? RecordsPage.scan(cached), "the page")
            let seen = Observation(page, of: cached, since: key.since, requestID: nil)
            let snapshot = need(DatasetSnapshot(seen, listsTombstones: false), "the snapshot")
            _ = need(snapshot.render(key, sessionToken: "token") { _ in "next" }, "the rendering of \(name)")
            return { keep(snapshot.render(key, sessionToken: "token") { _ in "next" }) }
        }
    }
}

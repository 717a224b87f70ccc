import CognitoSync
import Policy

extension Work {
    /// What a held dataset of 40 records (20 KiB) answers by itself, and learns.
    static var pages: [Work] {
        [
            render("splice 4 records of 40", Sample.key(1, maxResults: 4)),
            render("splice all of 40", Sample.key(1)),
            Work(name: "learn a write to 40") {
                var table = Table.filled(2, body: held)
                let scope = Sample.key(1).dataset
                let now = Instant(nanoseconds: 2)
                var count = first
                let write = {
                    let ticket = table.writeStarted(scope, now: now)
                    count += 1
                    let body = Sample.changed(at: count)
                    let change = need(
                        (try? UpdateAnswer.scan(body)).flatMap { RecordChange($0.records, of: body) },
                        "the change"
                    )
                    table.writeEnded(ticket, outcome: .applied(change), now: now)
                }
                write()
                guard case .derive(let state) = table.lookUp(Sample.key(1), now: now, flight: { 0 }),
                    state.copy.syncCount == count
                else { return { need(nil, "the state after the write") } }
                return write
            },
        ]
    }

    private static var held: [UInt8] { Sample.page(records: 40) }
    private static let first: Int64 = 41

    private static func render(_ name: String, _ key: PageKey) -> Work {
        Work(name: name) {
            let page = need(try? RecordsPage.scan(held), "the page")
            let seen = Observation(page, of: held, since: key.since, requestID: nil)
            let copy = need(DatasetCopy(seen, listsTombstones: false), "the copy")
            _ = need(copy.render(key, sessionToken: "token") { _ in "next" }, "the rendering of \(name)")
            return { keep(copy.render(key, sessionToken: "token") { _ in "next" }) }
        }
    }
}

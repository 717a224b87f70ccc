import CognitoSync

extension Workload {
    /// The work on a response before it is cached.
    static var responses: [Workload] {
        [
            scan("scan JSON of 2 KiB", records: 4),
            scan("scan JSON of 200 KiB", records: 400),
        ]
    }

    private static func scan(_ name: String, records: Int) -> Workload {
        Workload(name: name) {
            let body = Sample.page(records: records)
            _ = need(try? RecordsPage.scan(body), "the page of \(name)")
            return { keep(try? RecordsPage.scan(body)) }
        }
    }
}

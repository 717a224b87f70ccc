/// The decision about a read, reported and not carried out.
extension RecordsTable {
    /// Returns what would become of a read that came now, and why; changes nothing, not even the order of eviction.
    package func explain(_ key: PageKey, now: Instant) -> Explanation {
        let dataset = datasets.handle(of: key.dataset)
        return Explanation(
            decide(key, revalidate: false, now: now),
            about: key,
            cached: dataset.flatMap { dataset in
                datasets[dataset]?.cached.map { ($0, bytes: queue.cost(of: dataset)) }
            },
            isJoinable: dataset.flatMap { joinable($0, since: key.since, now: now) } != nil,
            limits: limits,
            now: now
        )
    }
}

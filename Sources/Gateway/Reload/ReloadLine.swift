/// The line in which reloads wait for each other: two at once would each replace what they found.
actor ReloadLine {
    private var last: Task<Void, Never>?

    /// Runs `body` after all that came before it.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) async -> Result {
        let previous = last
        let task = Task {
            await previous?.value
            return await body()
        }
        last = Task { _ = await task.value }
        return await task.value
    }
}

/// Runs blocking work on eight threads of its own, each over an equal part of `items`.
package func inParallel<Item: Sendable>(
    _ items: [Item],
    _ body: @escaping @Sendable (Item) throws -> Void
) async throws {
    let threads = 8
    try await withThrowingTaskGroup(of: Void.self) { group in
        for thread in 0..<threads {
            group.addTask {
                try await offPool {
                    for index in stride(from: thread, to: items.count, by: threads) { try body(items[index]) }
                }
            }
        }
        try await group.waitForAll()
    }
}

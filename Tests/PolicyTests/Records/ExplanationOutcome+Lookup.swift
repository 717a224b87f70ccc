@testable import Policy

extension Explanation.Outcome {
    /// Creates the outcome that an explanation has to report for what `lookUp` did.
    init<Page, Fetch>(_ lookup: RecordsLookup<Page, Fetch>) {
        self =
            switch lookup {
            case .hit: .hit
            case .derive: .derived
            case .stale: .stale
            case .wait, .queue: .joined
            case .lead(let token, _): token.plan.revalidationBase == nil ? .fetch : .delta
            case .pass: .pass
            case .refuse: .derived
            case .gone: .gone
            }
    }
}

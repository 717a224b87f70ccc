/// The findings of a check against the live service, in their order.
package struct LiveReport: Sendable, Equatable {
    package enum Outcome: String, Sendable, Equatable {
        case passed = "ok"
        case failed = "FAILED"
        case skipped = "not tried"
    }

    /// A step of the check with its outcome; the detail holds no secret.
    package struct Finding: Sendable, Equatable {
        package var name: String
        package var outcome: Outcome
        package var detail: String
    }

    package private(set) var findings: [Finding] = []
    /// The least policy for the configuration, as JSON.
    package var policy = ""

    package var isFine: Bool { findings.allSatisfy { $0.outcome != .failed } }

    package func finding(_ name: String) -> Finding? { findings.first { $0.name == name } }

    mutating func add(_ name: String, _ outcome: Outcome, _ detail: String) {
        findings.append(Finding(name: name, outcome: outcome, detail: detail))
    }

    /// The findings as a table, then the policy.
    package var text: String {
        let lines = findings.map { finding in
            column(finding.name, 30) + column(finding.outcome.rawValue, 11) + finding.detail
        }
        return lines.joined(separator: "\n") + "\n\nthe least IAM policy for allow:\n" + policy
    }

    private func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

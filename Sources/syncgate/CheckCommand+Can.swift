import ArgumentParser
import CognitoSync
import Gateway
import GatewayConfiguration

/// The question of `--can`, whether a caller may send an operation.
extension CheckCommand {
    /// Reads the words behind `--can`: CALLER OPERATION POOL [IDENTITY]; wrong ones are wrong usage.
    func question() throws -> GrantQuestion {
        guard (2...4).contains(can.count) else {
            throw ValidationError("--can takes CALLER OPERATION POOL [IDENTITY]")
        }
        guard let operation = OperationName(rawValue: can[1]) else {
            let names = OperationName.allCases.map(\.rawValue)
            let hint = Suggestion.nearest(to: can[1], among: names).map { "did you mean \($0)?" }
            let advice = hint ?? "write one such as ListRecords"
            throw ValidationError("\(Quotation.text(can[1])) is not an operation; \(advice)")
        }
        var question = GrantQuestion(caller: can[0], operation: operation)
        if can.count > 2 {
            question.pool = IdentityPoolID(can[2])
            guard question.pool != nil else {
                throw ValidationError(
                    "\(Quotation.text(can[2])) is not an identity pool ID; write one such as us-east-1:0ab1…"
                )
            }
        } else if operation.reach != .everyPool {
            throw ValidationError("\(operation.rawValue) has a pool; write --can CALLER OPERATION POOL")
        }
        if can.count > 3 { question.identity = try identity(can[3]) }
        if let dataset {
            question.dataset = DatasetName(dataset)
            guard question.dataset != nil else {
                throw ValidationError(
                    "\(Quotation.text(dataset)) is not a dataset; write 1 to 128 letters, digits and _.:-"
                )
            }
        }
        return question
    }

    private func identity(_ text: String) throws -> GrantQuestion.Identity {
        if text == "own" { return .own }
        guard let identity = IdentityID(text) else {
            throw ValidationError(
                "\(Quotation.text(text)) is not an identity ID; write one such as us-east-1:0ab1…, or own"
            )
        }
        return .of(identity)
    }

    /// Prints the decision; a refusal makes the exit code 1.
    func decide(_ question: GrantQuestion, by configuration: Configuration) throws {
        let decision = question.decide(by: configuration)
        switch format {
        case .json: Swift.print(try JSONText.render(decision))
        case .text: Swift.print("\(decision.allowed ? "allowed" : "refused"): \(decision.reason)")
        }
        if !decision.allowed, configuration.callers.dryRun {
            StandardError.write(
                "callers.dry_run is set: the gateway logs such a refusal, and serves the request"
            )
        }
        guard decision.allowed else { throw ExitStatus.failed }
    }
}

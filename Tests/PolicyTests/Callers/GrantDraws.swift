import CognitoSync
import Messages
import Policy
import TestSupport

/// Draws of policies and requests in which most bounds are met about half of the time.
struct GrantDraws {
    static let pools = ["us-east-1:0a", "us-east-1:0b", "eu-west-1:0a"]
    static let identities = ["us-east-1:1a", "us-east-1:1b", "us-east-1:1c"]

    var random: SplitMix64

    mutating func policy() -> GrantOracle { GrantOracle(grants: (0..<draw(6)).map { _ in grant() }) }

    /// Returns an operation with the parameters that it has, and nil for the others.
    mutating func request() -> GrantOracle.Request {
        let operation = OperationName.allCases[draw(OperationName.allCases.count)]
        let reach = operation.reach
        let (pool, identity, dataset) = (Self.pools[draw(3)], Self.identities[draw(3)], text("ab.", 1...5))
        return GrantOracle.Request(
            operation: operation,
            pool: reach == .everyPool ? nil : pool,
            identity: reach == .identity || reach == .dataset ? identity : nil,
            dataset: reach == .dataset ? (dataset.allSatisfy { $0 == "." } ? "a" : dataset) : nil,
            own: some(of: Self.identities)
        )
    }

    private mutating func grant() -> GrantOracle.Grant {
        let names = ["all", "read", "write", "admin"] + OperationName.allCases.map(\.rawValue)
        let isBroad = draw(3) == 0
        return GrantOracle.Grant(
            operations: isBroad
                ? [names[draw(4)]] : (0...draw(3)).map { _ in names[1 + draw(names.count - 1)] },
            pools: draw(2) == 0 ? nil : some(of: Self.pools),
            identities: [["all"], ["own"], some(of: Self.identities)][draw(3)],
            datasets: draw(2) == 0 ? nil : (0...draw(2)).map { _ in text("ab*", 1...4) }
        )
    }

    private mutating func some(of texts: [String]) -> [String] { texts.filter { _ in draw(2) == 0 } }

    private mutating func text(_ letters: String, _ lengths: ClosedRange<Int>) -> String {
        let letters = Array(letters)
        return String((0..<Int.random(in: lengths, using: &random)).map { _ in letters[draw(letters.count)] })
    }

    private mutating func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
}

extension CallerGrant {
    /// Compiles a grant of plain texts.
    init(_ grant: GrantOracle.Grant) {
        let operations = grant.operations.flatMap { name -> [OperationName] in
            if name == "all" { return OperationName.allCases }
            return OperationGroup(rawValue: name)?.operations ?? OperationName(rawValue: name).map { [$0] }
                ?? []
        }
        self.init(
            operations: OperationSet(operations),
            pools: grant.pools.map { Set($0.compactMap { IdentityPoolID($0) }) },
            identities: grant.identities == ["all"]
                ? .all
                : grant.identities == ["own"]
                    ? .own : .only(Set(grant.identities.compactMap { IdentityID($0) })),
            datasets: grant.datasets
        )
    }
}

import CognitoSync
import Policy
import Testing

/// The callers with names and their grants, one decision at a time.
@Suite struct CallerDirectoryTests {
    private let pool: IdentityPoolID
    private let other: IdentityPoolID
    private let identity: IdentityID
    private let stranger: IdentityID
    private let dataset: DatasetName

    init() throws {
        pool = try #require(IdentityPoolID("us-east-1:0a"))
        other = try #require(IdentityPoolID("us-east-1:0b"))
        identity = try #require(IdentityID("us-east-1:1a"))
        stranger = try #require(IdentityID("us-east-1:1b"))
        dataset = try #require(DatasetName("settings.theme"))
    }

    private func decide(
        _ grants: [CallerGrant],
        _ operation: OperationName = .listRecords,
        own: [IdentityID] = []
    ) -> CallerDecision {
        let reach = operation.reach
        return CallerDirectory([CallerDirectory.Entry(name: "a", candidates: ["key:a"], grants: grants)])
            .decide(
                0,
                operation,
                pool: reach == .everyPool ? nil : pool,
                identity: reach == .identity || reach == .dataset ? identity : nil,
                dataset: reach == .dataset ? dataset : nil,
                own: own
            )
    }

    @Test func aCallerWithoutGrantsMayDoNothing() {
        for operation in OperationName.allCases { #expect(decide([], operation) == .refused(.operation)) }
    }

    @Test func aGrantWithoutBoundsCoversItsOperationsOnly() {
        let grant = CallerGrant(operations: OperationSet([.listRecords]))
        for operation in OperationName.allCases {
            #expect(
                decide([grant], operation) == (operation == .listRecords ? .allowed(0) : .refused(.operation))
            )
        }
    }

    @Test func aBoundExcludesTheOperationsWithoutSuchAParameter() {
        let grants = [
            CallerGrant(operations: .all, pools: [pool]),
            CallerGrant(operations: .all, identities: .only([identity])),
            CallerGrant(operations: .all, identities: .own), CallerGrant(operations: .all, datasets: ["*"]),
        ]
        for operation in OperationName.allCases {
            let reach = operation.reach
            let covered = [
                reach != .everyPool, reach == .identity || reach == .dataset,
                reach == .identity || reach == .dataset,
                reach == .dataset,
            ]
            for (grant, isCovered) in zip(grants, covered) {
                let decision = decide([grant], operation, own: [identity])
                #expect((decision == .allowed(0)) == isCovered, "\(operation)")
            }
        }
    }

    @Test func aRefusalNamesTheLastBoundThatWasMet() {
        let all = OperationSet.all
        #expect(decide([CallerGrant(operations: all, pools: [other])]) == .refused(.pool))
        #expect(decide([CallerGrant(operations: all, identities: .only([stranger]))]) == .refused(.identity))
        #expect(
            decide([CallerGrant(operations: all, identities: .own)], own: [stranger]) == .refused(.identity)
        )
        #expect(decide([CallerGrant(operations: all, datasets: ["profile"])]) == .refused(.dataset))
    }

    @Test func theFirstGrantThatCoversARequestIsTheRule() {
        let grants = [
            CallerGrant(name: "writes", operations: OperationSet([.updateRecords])),
            CallerGrant(operations: .all, datasets: ["profile"]),
            CallerGrant(operations: .all, datasets: ["settings.*"]),
            CallerGrant(name: "rest", operations: .all),
        ]
        #expect(decide(grants) == .allowed(2))
        #expect(decide(grants, .updateRecords) == .allowed(0))
        #expect(decide(grants, .bulkPublish) == .allowed(3))
        let directory = CallerDirectory([CallerDirectory.Entry(name: "a", candidates: [], grants: grants)])
        #expect((0..<5).map { directory.rule(0, $0) } == ["a/writes", "a/2", "a/3", "a/rest", nil])
        #expect(directory.rule(1, 0) == nil)
    }

    /// The bounds of two grants do not add up: one has the pool, the other one the identity.
    @Test func noRequestIsCoveredByTwoHalves() {
        let grants = [
            CallerGrant(operations: .all, pools: [pool], identities: .only([stranger])),
            CallerGrant(operations: .all, pools: [other], identities: .only([identity])),
            CallerGrant(operations: OperationSet([.updateRecords]), pools: [pool]),
        ]
        #expect(decide(grants) == .refused(.identity))
    }

    @Test func theFirstCallerOfTheListWins() {
        let directory = CallerDirectory([
            CallerDirectory.Entry(name: "a", candidates: ["dns:a.example", "key:a"], grants: []),
            CallerDirectory.Entry(name: "b", candidates: ["jwt:i:b"], grants: []),
        ])
        #expect(directory.number(of: ["jwt:i:b", "key:a"]) == 0)
        #expect(directory.number(of: ["jwt:i:b", "key:c"]) == 1)
        #expect(directory.number(of: [] as [String]) == nil)
        #expect(directory.number(of: "DNS:a.example") == nil)
        #expect(directory.number(named: "b") == 1)
        #expect(
            directory.decide(2, .listRecords, pool: nil, identity: nil, dataset: nil) == .refused(.operation)
        )
    }

    @Test func allBitsOfAWordAreGrants() {
        let none = CallerGrant(operations: OperationSet([]))
        let grants = Array(repeating: none, count: 63) + [CallerGrant(operations: .all), none]
        #expect(decide(grants) == .allowed(63))
    }

    /// A certificate authority must not be able to make a name that passes for a key or a token.
    @Test func aCertificateCannotPassForAnotherKind() {
        for uri in ["key:a", "jwt:i:b", "uid:0", "dns:a", "a", "mailto:a@b", "URN:a:b"] {
            #expect(CandidateText.uri(uri) == nil, "\(uri)")
        }
        #expect(CandidateText.uri("spiffe://prod/a") == "spiffe://prod/a")
        #expect(CandidateText.uri("urn:uuid:0a") == "urn:uuid:0a")
        #expect(CandidateText.dns("A.Example") == "dns:a.example")
        #expect(CandidateText.token(issuer: "i", caller: "a:b") == "jwt:i:a:b")
        #expect(CandidateText.key("a") == "key:a")
        #expect(CandidateText.user(7) == "uid:7")
    }
}

import Serving
import Testing

@testable import Emulator

/// The spelling of faults, and the requests that they strike.
@Suite struct FaultTests {
    @Test func aFaultHasAllItsItems() throws {
        let fault = try Fault(
            parsing: "latency=10ms..50ms,before,status=503,cut=120,reset,skew=-10m,operation=ListRecords,"
                + "pool=p,identity=i,dataset=d,probability=0.1,times=3"
        )
        #expect(fault.latency == .uniform(10...50))
        #expect(fault.isLatencyFirst)
        #expect(fault.cut == Fault.Cut(bytes: 120, reset: true))
        #expect(fault.skew == -600_000)
        guard case .error(let error) = fault.outcome else {
            Issue.record("no error")
            return
        }
        #expect(error.status == 503)
        #expect(error.name == "ServiceUnavailableException")
        #expect(fault.selector.operation == "ListRecords")
        #expect(fault.selector.dataset == "d")
        #expect(fault.selector.chances == 100_000)
        #expect(fault.selector.times == 3)
    }

    @Test(arguments: [
        ("latency=1s", Fault.Latency.fixed(milliseconds: 1000)), ("latency=0ms..2s", .uniform(0...2000)),
    ])
    func latencyIsFixedOrARange(text: String, latency: Fault.Latency) throws {
        #expect(try Fault(parsing: text).latency == latency)
    }

    @Test(arguments: [
        ("status=429", 429, "TooManyRequestsException"),
        ("status=429,name=LambdaThrottledException", 429, "LambdaThrottledException"),
        ("status=409", 409, "ResourceConflictException"), ("status=500", 500, "InternalErrorException"),
        ("status=502", 502, "InternalErrorException"), ("credentials=expired", 403, "ExpiredTokenException"),
        ("credentials=unknown", 403, "UnrecognizedClientException"),
    ])
    func errorsHaveTheirNames(text: String, status: Int, name: String) throws {
        guard case .error(let error) = try Fault(parsing: text).outcome else {
            Issue.record("no error")
            return
        }
        #expect(error.status == status)
        #expect(error.name == name)
    }

    @Test(arguments: [
        ("", "'' is no item of a fault, or its value is missing"),
        ("times=3", "fault 'times=3' does nothing"),
        ("latency=30", "latency is a duration such as 30ms, 5s or 10m, not '30'"),
        ("latency=2s..1s", "latency '2s..1s' ends before it begins"),
        ("latency", "'latency' is no item of a fault, or its value is missing"),
        ("status=99", "status is a number from 100 to 599, not '99'"),
        ("status=500,drop=after", "exclude each other"),
        ("cut=x", "cut is a number from 0 to 1000000000, not 'x'"),
        ("reset,status=500", "reset goes with cut or drop"),
        ("drop=later", "'drop=later' is no item of a fault"),
        ("drop=after,cut=3", "drop and cut exclude each other"),
        ("before,status=500", "before goes with latency"),
        ("name=X,cut=1", "name and message go with status"),
        ("status=500,operation=Nope", "operation 'Nope' is not one of the 17 of the API"),
        ("status=500,probability=2", "probability is a number from 0 to 1, not '2'"),
        ("status=500,times=0", "times is a number from 1 to"),
        ("status=500,status=501", "'status' is given twice"),
        ("latency=9999999999999999999h", "latency is a duration"),
    ])
    func aWrongFaultIsRefusedWithItsReason(text: String, message: String) throws {
        let error = try #require(throws: InputError.self) { try Fault(parsing: text) }
        #expect(error.description.contains(message), "\(error)")
    }

    @Test func aFaultStrikesANumberOfTimesAndIsRemoved() throws {
        var plan = FaultPlan([try Fault(parsing: "status=503,operation=ListRecords,times=2")], seed: 1)
        let reads = FaultPlan.Target(operation: "ListRecords")
        #expect(plan.strike(FaultPlan.Target(operation: "UpdateRecords")).outcome == nil)
        #expect(plan.strike(reads).outcome != nil)
        #expect(plan.strike(reads).outcome != nil)
        #expect(plan.strike(reads).outcome == nil)
        #expect(plan.faults.isEmpty)
        #expect(plan.strikes == 2)
    }

    @Test(arguments: ["pool=p", "identity=i", "dataset=d", "operation=ListRecords"])
    func aSelectorStrikesNoOtherRequest(selector: String) throws {
        let fault = try Fault(parsing: "cut=0,\(selector)")
        let target = FaultPlan.Target(operation: "ListRecords", pool: "p", identity: "i", dataset: "d")
        var plan = FaultPlan([fault], seed: 1)
        #expect(plan.strike(target).cut != nil)
        #expect(plan.strike(FaultPlan.Target()).cut == nil)
    }

    @Test func chanceHasItsProbabilityAndIsTheSameForTheSameSeed() throws {
        let fault = try Fault(parsing: "cut=0,probability=0.1")
        func run(_ seed: UInt64) -> [Bool] {
            var plan = FaultPlan([fault], seed: seed)
            return (0..<10_000).map { _ in plan.strike(FaultPlan.Target()).cut != nil }
        }
        #expect(run(1) == run(1))
        #expect(run(1) != run(2))
        #expect((900...1100).contains(run(1).count { $0 }))
    }

    @Test func faultsAddUp() throws {
        var plan = FaultPlan(
            [
                try Fault(parsing: "latency=10ms,before"), try Fault(parsing: "latency=5ms,cut=7"),
                try Fault(parsing: "latency=5ms,status=500,cut=9"), try Fault(parsing: "drop=after,skew=1s"),
            ],
            seed: 1
        )
        let strike = plan.strike(FaultPlan.Target())
        #expect(strike.waitBefore == 10)
        #expect(strike.waitAfter == 10)
        #expect(strike.cut?.bytes == 7)
        #expect(strike.skew == 1000)
        #expect(strike.delivery == .cut(bytes: 7, reset: false))
    }

    @Test func rulesAreSetByNameAndWrongOnesAreRefusedWithTheirReason() throws {
        var rules = ServiceRules()
        try rules.set("counterAfterDelete", to: "continues")
        try rules.set("explicitNulls", to: "false")
        try rules.set("tokenLifetime", to: "5m")
        try rules.set("maximumClockSkew", to: "15m")
        #expect(rules.counterAfterDelete == .continues)
        #expect(!rules.explicitNulls)
        #expect(rules.tokenLifetime == 300_000)
        #expect(rules.maximumClockSkew == 900)
        for (name, value, message) in [
            ("nope", "1", "there is no rule 'nope'"),
            ("counterAfterDelete", "x", "counterAfterDelete is restarts or continues, not 'x'"),
            ("explicitNulls", "yes", "explicitNulls is true or false, not 'yes'"),
            ("pageLimit", "0", "pageLimit is a number from 1 to 1024, not '0'"),
        ] {
            let error = try #require(throws: InputError.self) { try rules.set(name, to: value) }
            #expect(error.description == message)
        }
    }
}

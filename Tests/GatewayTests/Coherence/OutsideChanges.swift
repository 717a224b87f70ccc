import CognitoSync
import Emulator
import Gateway
import Serving

/// Changes of one dataset past the gateway.
protocol OutsideChanges {
    var emulator: EmulatorResponder { get }
    var clock: ManualClock { get }
    var scope: DatasetScope { get }
}

/// Another caller of the service, who does not know the gateway.
///
/// The script of an upstream may hold one. The gateway itself holds that script, so it would never be freed.
struct OutsideCaller: OutsideChanges {
    let emulator: EmulatorResponder
    let clock: ManualClock
    let scope: DatasetScope

    init(_ gateway: EmulatedGateway) {
        (emulator, clock, scope) = (gateway.emulator, gateway.clock, gateway.scope)
    }
}

extension OutsideChanges {
    /// Changes the data past the gateway, a second after all that happened.
    func outside<Value: Sendable>(
        _ change: (inout DatasetStore, Timestamp) throws -> Value
    ) rethrows -> Value {
        clock.advance(by: .seconds(1))
        let now = Timestamp(milliseconds: clock.gatewayClock.wall() / 1_000_000)
        return try emulator.withStore { try change(&$0, now) }
    }

    /// Writes past the gateway, one call for each group of values.
    func writeOutside(_ calls: [String: String]...) throws {
        for values in calls {
            _ = try outside { store, now in
                let patches = values.map { Patch(key: $0.key, value: $0.value, syncCount: nil) }
                return try store.write(scope, patches, at: now)
            }
        }
    }

    /// Deletes the dataset past the gateway, and makes another by these calls.
    func remakeOutside(_ calls: [String: String]...) throws {
        _ = try outside { try $0.deleteDataset(scope, at: $1) }
        for values in calls { try writeOutside(values) }
    }
}

import Policy
import Telemetry

extension CircuitState {
    init(_ breaker: CircuitBreaker) {
        self =
            switch breaker.phase {
            case .closed: .closed
            case .open: .open
            case .probing: .probing
            }
    }
}

package import GatewayConfiguration
package import Synchronization

extension CallerKey: AtomicRepresentable {
    package static func encodeAtomicRepresentation(_ value: consuming Self) -> UInt8.AtomicRepresentation {
        let code: UInt8 =
            switch value {
            case .address: 0
            case .caller: 1
            case .none: 2
            }
        return UInt8.encodeAtomicRepresentation(code)
    }

    package static func decodeAtomicRepresentation(_ storage: consuming UInt8.AtomicRepresentation) -> Self {
        switch UInt8.decodeAtomicRepresentation(storage) {
        case 0: .address
        case 1: .caller
        default: .none
        }
    }
}

extension IdentityKey: AtomicRepresentable {
    package static func encodeAtomicRepresentation(_ value: consuming Self) -> UInt8.AtomicRepresentation {
        UInt8.encodeAtomicRepresentation(value == .identity ? 0 : 1)
    }

    package static func decodeAtomicRepresentation(_ storage: consuming UInt8.AtomicRepresentation) -> Self {
        UInt8.decodeAtomicRepresentation(storage) == 0 ? .identity : .none
    }
}

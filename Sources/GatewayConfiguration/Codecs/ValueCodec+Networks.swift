internal import Serving

extension ValueCodec where Value == [IPNetwork] {
    /// A codec of lists of networks and single addresses, perhaps empty.
    static var networks: Self {
        let form = "a list such as [10.0.0.0/8, 2001:db8::/32, 192.0.2.1]"
        var codec = Self(
            noun: "a list of networks",
            form: form,
            read: { input in
                if input == .empty || input == .list([]) { return [] }
                return input.elements { try? IPNetwork(parsing: $0) }
            },
            show: { networks in YAMLText.list(networks.map(\.description)) }
        )
        .allowing(form, .optional(.list(.text)))
        codec.refusal = { input in
            input.refusal("a network") { try? IPNetwork(parsing: $0) }.map(explain(input))
        }
        return codec
    }

    /// Returns a function that adds the reason why an element is no network.
    private static func explain(_ input: ValueInput) -> (ValueRefusal) -> ValueRefusal {
        { refusal in
            guard case .element(let index)? = refusal.path.first, case .list(let texts) = input,
                texts.indices.contains(index),
                case .scalar(let text) = texts[index]
            else { return refusal }
            do throws(IPNetwork.Fault) {
                _ = try IPNetwork(parsing: text)
                return refusal
            } catch {
                switch error {
                case .notAnAddress: return refusal
                case .badPrefix(let most):
                    return ValueRefusal("has no prefix length from 0 to \(most)", element: index)
                case .hostBits(let network):
                    return ValueRefusal("has bits behind its prefix", "\(network)", element: index)
                }
            }
        }
    }
}

/// A value for a parameter, and the verdict of the model on it.
struct Probe {
    enum Verdict {
        case accepted
        /// Refused in the words of AWS; the path is that of the value inside the parameter.
        case violation(path: String, words: String)
        /// Not the JSON that the model requires.
        case wrongJSON
    }

    /// The value, or nil to leave the parameter out.
    let value: JSONValue?
    let verdict: Verdict
}

extension ServiceModel {
    /// Returns a valid value with every possible member.
    func sample(of name: String) throws -> JSONValue {
        let shape = try shape(name)
        switch shape.type {
        case "string":
            if let value = shape.enum?.first { return .string(value) }
            if let pattern = shape.pattern, let sample = PatternSample.all[pattern] {
                return .string(sample.text(max(sample.shortest, shape.min ?? 1)))
            }
            return .string("x")
        case "integer", "long", "timestamp": return .number("7")
        case "list": return .array([try sample(of: shape.member?.shape ?? "")])
        case "map": return .object([("SyncTrigger", try sample(of: shape.value?.shape ?? ""))])
        default:
            let members = shape.members ?? [:]
            return .object(try members.keys.sorted().map { ($0, try sample(of: members[$0]?.shape ?? "")) })
        }
    }

    /// Returns values at, inside and outside each bound of a shape; for JSON, values of wrong types too.
    func probes(of name: String, at path: String, isJSON: Bool) throws -> [Probe] {
        let shape = try shape(name)
        var probes: [Probe] = []
        switch shape.type {
        case "string": probes = try strings(shape, at: path)
        case "long", "integer", "timestamp":
            probes = ["0", "1", "-9223372036854775808", "9223372036854775807"].map {
                Probe(value: .number($0), verdict: .accepted)
            }
            for text in ["1.5", "1e3", "1.413836234607E9", "9223372036854775808", "-9223372036854775809"] {
                probes.append(
                    Probe(value: .number(text), verdict: shape.type == "timestamp" ? .accepted : .wrongJSON)
                )
            }
            probes.append(Probe(value: .string("1"), verdict: .wrongJSON))
        case "list":
            let element = try sample(of: shape.member?.shape ?? "")
            probes = [0, 1, 2, 1024].map {
                Probe(value: .array(.init(repeating: element, count: $0)), verdict: .accepted)
            }
            probes.append(Probe(value: .array([element, .null]), verdict: .null(at: "\(path).2.member")))
            for probe in try self.probes(of: shape.member?.shape ?? "", at: "\(path).2.member", isJSON: true)
            {
                guard let value = probe.value else { continue }
                probes.append(Probe(value: .array([element, value]), verdict: probe.verdict))
            }
        case "map":
            let value = try sample(of: shape.value?.shape ?? "")
            let limit = shape.max ?? 0
            for count in 0...limit + 2 {
                let words = "Member must have length less than or equal to \(limit)"
                let entries = (0..<count).map { ("k\($0)", value) }
                probes.append(
                    Probe(
                        value: .object(entries),
                        verdict: count > limit ? .violation(path: path, words: words) : .accepted
                    )
                )
            }
            probes.append(Probe(value: .object([("k", .null)]), verdict: .null(at: "\(path).k.member")))
            for probe in try self.probes(of: shape.value?.shape ?? "", at: "\(path).k", isJSON: true) {
                guard let value = probe.value else { continue }
                probes.append(Probe(value: .object([("k", value)]), verdict: probe.verdict))
            }
        default: probes = try structures(shape, name, at: path)
        }
        return isJSON ? probes + wrongTypes(shape.type) : probes
    }

    private func strings(_ shape: Shape, at path: String) throws -> [Probe] {
        if let values = shape.enum {
            let words = "Member must satisfy enum value set: [\(values.joined(separator: ", "))]"
            let others = ["", "x", values[0].lowercased() + "x", values[0] + " ", values[0] + "\n"]
            let swapped =
                values[0] == values[0].lowercased() ? values[0].uppercased() : values[0].lowercased()
            return values.map { Probe(value: .string($0), verdict: .accepted) }
                + (others + [swapped]).map {
                    Probe(value: .string($0), verdict: .violation(path: path, words: words))
                }
        }
        var probes: [Probe] = []
        var shortest = 0
        var texts: [(Int) -> String] = [{ String(repeating: "a", count: $0) }]
        if let pattern = shape.pattern {
            guard let sample = PatternSample.all[pattern] else { throw Missing(shape: pattern) }
            shortest = sample.shortest
            texts = [sample.text]
            let words = "Member must satisfy regular expression pattern: \(pattern)"
            probes += sample.mismatches.map {
                Probe(value: .string($0), verdict: .violation(path: path, words: words))
            }
        } else if (shape.max ?? 0) <= 2048 {
            texts.append { String(repeating: "\u{1F600}", count: $0) }
            texts.append {
                String(repeating: "e\u{301}", count: $0 / 2) + String(repeating: "e", count: $0 % 2)
            }
        }
        for text in texts {
            for length in [shape.min ?? 0, (shape.min ?? 0) + 1, (shape.max ?? 9) - 1, shape.max ?? 9]
            where length >= shortest {
                probes.append(Probe(value: .string(text(length)), verdict: .accepted))
            }
            if let max = shape.max {
                let words = "Member must have length less than or equal to \(max)"
                probes.append(
                    Probe(value: .string(text(max + 1)), verdict: .violation(path: path, words: words))
                )
            }
            if let min = shape.min, min > 0 {
                let words = "Member must have length greater than or equal to \(min)"
                let short = String(text(min).unicodeScalars.prefix(min - 1))
                probes.append(Probe(value: .string(short), verdict: .violation(path: path, words: words)))
            }
        }
        return probes
    }

    private func structures(_ shape: Shape, _ name: String, at path: String) throws -> [Probe] {
        guard case .object(let whole) = try sample(of: name) else { return [] }
        var probes = [Probe(value: .object(whole), verdict: .accepted)]
        probes.append(Probe(value: .object(whole + [("Unknown", .null)]), verdict: .wrongJSON))
        probes.append(Probe(value: .object(whole.reversed()), verdict: .accepted))
        for (index, member) in whole.enumerated() {
            let inner = "\(path).\(member.name.camelCase)"
            let isRequired = shape.required?.contains(member.name) ?? false
            let absent: Probe.Verdict = isRequired ? .null(at: inner) : .accepted
            var without = whole
            without.remove(at: index)
            probes.append(Probe(value: .object(without), verdict: absent))
            let candidates = try self.probes(
                of: shape.members?[member.name]?.shape ?? "",
                at: inner,
                isJSON: true
            )
            for probe in candidates + [Probe(value: .null, verdict: absent)] {
                guard let value = probe.value else { continue }
                var changed = whole
                changed[index].value = value
                probes.append(Probe(value: .object(changed), verdict: probe.verdict))
            }
        }
        return probes
    }

    private func wrongTypes(_ type: String) -> [Probe] {
        let all: [(Set<String>, JSONValue)] = [
            (["string"], .string("")), (["integer", "long", "timestamp"], .number("1")), ([], .boolean(true)),
            (["list"], .array([])), (["map", "structure"], .object([])),
        ]
        return all.filter { !$0.0.contains(type) }.map { Probe(value: $0.1, verdict: .wrongJSON) }
    }
}

extension Probe.Verdict {
    static func null(at path: String) -> Self { .violation(path: path, words: "Member must not be null") }
}

extension String {
    var camelCase: String { prefix(1).lowercased() + dropFirst() }
}

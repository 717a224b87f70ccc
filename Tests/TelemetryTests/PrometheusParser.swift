/// A strict reader of the Prometheus text format, version 0.0.4: any scraper reads the pages that it accepts.
///
/// It is written after the page of the format, not after the writer under test.
struct PrometheusParser {
    struct Failure: Error, CustomStringConvertible {
        var line: Int
        var message: String
        var description: String { "line \(line): \(message)" }
    }

    struct Sample: Hashable {
        var name: String
        var labels: [String: String]
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample: Double] = [:]
    private var helped: Set<String> = []
    private var closed: Set<String> = []
    private var family = ""

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(line: 0, message: "no line feed at the end") }
        for (index, line) in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            do {
                try read(String(line))
            } catch let failure as Failure {
                throw Failure(line: index + 1, message: "\(failure.message): \(line)")
            }
        }
        try checkHistograms()
    }

    subscript(name: String, labels: [String: String] = [:]) -> Double? {
        samples[Sample(name: name, labels: labels)]
    }

    private mutating func read(_ line: String) throws {
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(
            String.init
        )
        if line.hasPrefix("# HELP ") {
            guard parts.count == 4, Self.isName(parts[2]) else { throw Failure(line: 0, message: "bad HELP") }
            guard helped.insert(parts[2]).inserted else { throw Failure(line: 0, message: "second HELP") }
            try begin(parts[2])
        } else if line.hasPrefix("# TYPE ") {
            guard parts.count == 4, ["counter", "gauge", "histogram"].contains(parts[3]) else {
                throw Failure(line: 0, message: "bad TYPE")
            }
            guard parts[2] == family, types[family] == nil else {
                throw Failure(line: 0, message: "TYPE out of place")
            }
            types[family] = parts[3]
        } else {
            try sample(line)
        }
    }

    private mutating func begin(_ name: String) throws {
        if !family.isEmpty { closed.insert(family) }
        guard !closed.contains(name) else { throw Failure(line: 0, message: "family in two parts") }
        family = name
    }

    private mutating func sample(_ line: String) throws {
        var rest = line[...]
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        guard Self.isName(name) else { throw Failure(line: 0, message: "bad name") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            repeat {
                let label = String(rest.prefix { $0 != "=" })
                guard Self.isName(label), !label.contains(":") else {
                    throw Failure(line: 0, message: "bad label")
                }
                rest = rest.dropFirst(label.count + 1)
                let value = try Self.quoted(&rest)
                guard labels.updateValue(value, forKey: label) == nil else {
                    throw Failure(line: 0, message: "label twice")
                }
                guard let next = rest.popFirst(), next == "," || next == "}" else {
                    throw Failure(line: 0, message: "no end of labels")
                }
                if next == "}" { break }
            } while true
        }
        guard rest.popFirst() == " ", let value = Self.number(String(rest)) else {
            throw Failure(line: 0, message: "bad value")
        }
        try check(name, value)
        guard samples.updateValue(value, forKey: Sample(name: name, labels: labels)) == nil else {
            throw Failure(line: 0, message: "series twice")
        }
    }

    private func check(_ name: String, _ value: Double) throws {
        guard let type = types[family] else { throw Failure(line: 0, message: "sample without TYPE") }
        let names = type == "histogram" ? ["_bucket", "_sum", "_count"].map { family + $0 } : [family]
        guard names.contains(name) else { throw Failure(line: 0, message: "sample outside its family") }
        // The conventions of `promtool check metrics`.
        if type == "counter", !name.hasSuffix("_total") {
            throw Failure(line: 0, message: "counter without _total")
        }
        if type != "counter", name.hasSuffix("_total") {
            throw Failure(line: 0, message: "_total without counter")
        }
        if type != "gauge", value < 0 || value.isNaN { throw Failure(line: 0, message: "counter below 0") }
    }

    private func checkHistograms() throws {
        var buckets: [Sample: [(bound: Double, count: Double)]] = [:]
        for (sample, count) in samples where sample.name.hasSuffix("_bucket") {
            var series = Sample(name: String(sample.name.dropLast(7)), labels: sample.labels)
            guard let text = series.labels.removeValue(forKey: "le"), let bound = Self.number(text) else {
                throw Failure(line: 0, message: "bucket without a bound: \(sample)")
            }
            buckets[series, default: []].append((bound, count))
        }
        for (series, unsorted) in buckets {
            let sorted = unsorted.sorted { $0.bound < $1.bound }
            guard let last = sorted.last, last.bound == .infinity,
                samples[Sample(name: series.name + "_count", labels: series.labels)] == last.count,
                samples[Sample(name: series.name + "_sum", labels: series.labels)] != nil,
                zip(sorted, sorted.dropFirst()).allSatisfy({ $0.count <= $1.count })
            else { throw Failure(line: 0, message: "histogram does not add up: \(series)") }
        }
    }

    private static func quoted(_ rest: inout Substring) throws -> String {
        guard rest.popFirst() == "\"" else { throw Failure(line: 0, message: "no quote") }
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\":
                switch rest.popFirst() {
                case "\\": value += "\\"
                case "\"": value += "\""
                case "n": value += "\n"
                default: throw Failure(line: 0, message: "bad escape")
                }
            default: value.append(character)
            }
        }
        throw Failure(line: 0, message: "no closing quote")
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "_" || scalar == ":"
        }
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default:
            guard text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }) else { return nil }
            return Double(text)
        }
    }
}

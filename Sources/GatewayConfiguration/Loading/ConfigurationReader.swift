internal import Messages
internal import Serving

/// The reader of a configuration: merges its sources in their order and gathers all problems.
struct ConfigurationReader {
    var configuration = Configuration()
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []

    /// The region that the profile gave, where nothing else gave one.
    var profileRegion: String?

    let file: String
    let environment: [String: String]
    /// The value of each given key with its location.
    private var given: [String: GivenValue] = [:]
    /// The keys whose value is wrong by itself.
    private var faulty: Set<String> = []
    /// The variables that the file refers to: no keys, even if their names begin as those of keys do.
    private var referenced: Set<String> = []
    /// The names under which the file gives its keys.
    var namesInFile: [String: GivenName] = [:]

    /// The name under which a file gives a key, with its location.
    struct GivenName {
        var name: KeyName
        var location: ConfigurationLocation
    }

    static let directory = KeyDirectory(keys: Configuration.keys, retired: Configuration.retiredKeys)

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    /// Reads the variables that name a key.
    mutating func readEnvironment() {
        for (variable, value) in environment where variable.hasPrefix(KeyName.variablePrefix) {
            let location = ConfigurationLocation.variable(variable)
            switch Self.directory.meaning(ofVariable: variable) {
            case (_, .key(let key))?:
                assign(key, GivenValue(override: value, location, shown: nil))
            case (let name, .former(let key))?:
                if environment[key.name.variable] != nil {
                    report(double: variable, key.name.variable, of: key.name.variable, at: location)
                } else {
                    warn(
                        "\(Quotation.text("\(name)")) is now \(key.name); set \(key.name.variable) instead",
                        at: location
                    )
                    assign(key, GivenValue(override: value, location, shown: nil))
                }
            case (let name, .retired)?:
                warn("\(Quotation.text("\(name)")) has no effect any more; unset it", at: location)
            case nil where referenced.contains(variable) || ServiceLink.matches(variable, value: value):
                break
            case nil:
                let hint = Self.hint(variable, among: Configuration.keys.map(\.name.variable))
                // Others than the operator name variables too: SYNCGATE_VERSION, SYNCGATE_IMAGE.
                if variable.contains("__") {
                    report("names no key; \(hint ?? "unset it")", at: location)
                } else {
                    warn("names no key and has no effect; \(hint ?? "unset it")", at: location)
                }
            }
        }
    }

    /// Reads a value of the command line.
    mutating func readOverride(_ override: ConfigurationOverride) {
        let location = ConfigurationLocation.flag(override.flag)
        guard let key = Configuration.keys.first(where: { $0.key == override.key }) else {
            let hint = Self.hint(override.key, among: Configuration.keys.map(\.key))
            report("\(Quotation.text(override.key)) is not a key; \(hint ?? "remove it")", at: location)
            return
        }
        guard !key.holdsSecret(override.value) else {
            let reason = "the value holds a secret, which every process would see"
            report("\(key.name): \(reason); set \(key.name.variable)", at: location, key: key.key)
            return
        }
        let shown = Quotation.text(override.value)
        assign(key, GivenValue(override: override.value, location, shown: shown))
    }

    /// Finds the problems that no single key has: values that do not fit each other.
    mutating func check() {
        let checks = ConfigurationChecks(
            configuration,
            memory: AvailableMemory.bytes(),
            isGiven: { [given] in given[$0] != nil }
        )
        // A key whose own value is wrong is reported already. Its consequences would only confuse.
        let sound = { [faulty] (finding: ConfigurationChecks.Finding) in
            faulty.isDisjoint(with: finding.others + [finding.key])
        }
        for finding in checks.faults where sound(finding) { problems.append(problem(finding)) }
        for finding in checks.doubts where sound(finding) { warnings.append(problem(finding)) }
    }

    private func problem(_ finding: ConfigurationChecks.Finding) -> ConfigurationProblem {
        ConfigurationProblem(
            location: given[finding.key].map { place($0, finding.path).location }
                ?? .standard(key: finding.key),
            message: "\(finding.key): \(finding.message)",
            key: finding.key,
            value: finding.value
        )
    }

    /// Sets the value of a key, or reports that it is not one.
    mutating func assign(_ key: ConfigurationKey, _ given: GivenValue) {
        self.given[key.key] = given
        guard !key.assign(given.input, &configuration) else {
            if let successor = key.successor(given.input) {
                let value = given.place.shown ?? "the value"
                warn("\(key.name): \(value) is now \(successor); rename it", at: given.place.location)
            }
            return
        }
        faulty.insert(key.key)
        for refusal in key.refusals(given.input, given.isHidden) {
            let place = place(given, refusal.path)
            problems.append(
                ConfigurationProblem(
                    location: place.location,
                    message: "\(key.name): \(place.shown ?? "the value") \(refusal.sentence)",
                    key: key.key,
                    value: place.shown,
                    allowed: key.allowed
                )
            )
        }
    }

    /// Returns the place of a part of a value; that of the whole where the parts have none.
    private func place(_ given: GivenValue, _ path: [ValueStep]) -> GivenValue.Place {
        guard let node = given.node, !path.isEmpty else { return given.place }
        let part = node.part(path)
        return GivenValue.Place(location: location(part.position), shown: Self.shown(part))
    }

    /// Returns a text with its variables put in; nil, and a report, if that is not possible.
    mutating func expand(
        _ text: String,
        _ key: ConfigurationKey,
        _ location: ConfigurationLocation
    ) -> String? {
        do throws(Substitution.Failure) {
            let (expanded, names) = try Substitution.expand(text) { environment[$0] }
            referenced.formUnion(names)
            return expanded
        } catch {
            faulty.insert(key.key)
            switch error {
            case .undefined(let name):
                referenced.insert(name)
                let advice = "set it, or write ${\(name):-default}"
                report(
                    "\(key.name): the variable \(Quotation.text(name)) is not set; \(advice)",
                    at: location,
                    key: key.key
                )
            case .malformed:
                let advice = "write ${NAME}, ${NAME:-default}, or $$ for a dollar sign"
                report(
                    "\(key.name): \(Quotation.text(text)) has a malformed variable; \(advice)",
                    at: location,
                    key: key.key
                )
            }
            return nil
        }
    }

    mutating func report(
        _ message: String,
        at location: ConfigurationLocation,
        key: String? = nil,
        allowed: String? = nil
    ) {
        problems.append(
            ConfigurationProblem(location: location, message: message, key: key, allowed: allowed)
        )
    }

    /// Reports that a source gives a key under two names.
    mutating func report(
        double first: String,
        _ second: String,
        of key: String,
        at location: ConfigurationLocation
    ) {
        report(
            "\(Quotation.text(first)) and \(Quotation.text(second)) are one key; keep \(key)",
            at: location,
            key: key
        )
    }

    mutating func warn(_ message: String, at location: ConfigurationLocation) {
        warnings.append(ConfigurationProblem(location: location, message: message))
    }

    /// Returns the question after the nearest name; nil if none is near.
    static func hint(_ word: String, among candidates: some Sequence<String>) -> String? {
        Suggestion.nearest(to: word, among: candidates).map { "did you mean \($0)?" }
    }
}

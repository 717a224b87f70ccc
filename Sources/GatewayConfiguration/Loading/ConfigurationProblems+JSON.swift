extension LoadedConfiguration {
    /// The report about a configuration without faults, as JSON: its warnings.
    package var report: String { ConfigurationProblems.report([], warnings: warnings) }
}

extension ConfigurationProblems {
    /// The report about a configuration with faults, as JSON.
    package var report: String { Self.report(all, warnings: []) }

    fileprivate static func report(
        _ faults: [ConfigurationProblem],
        warnings: [ConfigurationProblem]
    ) -> String {
        let problems =
            faults.map { $0.tree(severity: "error") } + warnings.map { $0.tree(severity: "warning") }
        return JSONTree.object([
            ("valid", .flag(faults.isEmpty)), ("problems", .list(problems)),
        ]).description
    }
}

extension ConfigurationProblem {
    /// The problem with null for what it does not have.
    fileprivate func tree(severity: String) -> JSONTree {
        var (file, line, column): (String?, Int64?, Int64?) = (nil, nil, nil)
        var (variable, option): (String?, String?) = (nil, nil)
        switch location {
        case .file(let name, let row, let place): (file, line, column) = (name, Int64(row), Int64(place))
        case .wholeFile(let name): file = name
        case .variable(let name): variable = name
        case .flag(let name): option = name
        case .standard: break
        }
        return .object([
            ("severity", .text(severity)), ("file", .text(file)),
            ("line", line.map { .integer($0) } ?? .null),
            ("column", column.map { .integer($0) } ?? .null), ("variable", .text(variable)),
            ("option", .text(option)), ("key", .text(key)), ("value", .text(value.map(Self.withoutQuotes))),
            ("message", .text(message)),
            ("allowed", .text(allowed)),
        ])
    }

    private static func withoutQuotes(_ shown: String) -> String {
        shown.count > 1 && shown.hasPrefix("'") && shown.hasSuffix("'")
            ? String(shown.dropFirst().dropLast()) : shown
    }
}

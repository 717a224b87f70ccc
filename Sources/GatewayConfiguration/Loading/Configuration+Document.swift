extension Configuration {
    /// The effective configuration as YAML, which reads back as the same one, apart from its secrets.
    package var redactedYAML: String { Self.document(value: { $0.redact(self) }, comment: { _ in nil }) }

    /// The text of `config/syncgate.yaml`: every key with its default and comment.
    package static var documentedYAML: String {
        let standard = Configuration()
        return preface + document(value: { $0.show(standard) }, comment: { $0.comment })
    }

    private static let preface = """
        # The configuration of syncgate: every key, with its default.
        #
        # Durations are written 500ms, 1.5s, 1m30s or 1h, sizes 512B, 32KiB or 1GiB, rates 200/s or 6/m. Nothing after the
        # colon means: not given. An unknown key, a wrong type or a value out of bounds is an error; `syncgate check`
        # shows all of them, with line and column, and `syncgate check --print` the values in force.
        #
        # ${VAR} and ${VAR:-default} stand for a variable of the environment, in any value; $$ for a dollar sign.
        # A variable such as SYNCGATE_UPSTREAM__REGION overrides upstream.region, a command line option overrides
        # both. Secrets come from a file or from the environment, never from here.


        """

    /// Returns all keys in their sections, with values and comments.
    private static func document(
        value: (ConfigurationKey) -> String,
        comment: (ConfigurationKey) -> String?
    ) -> String {
        var text = ""
        var open: [String] = []
        for key in keys {
            let sections = key.name.path.dropLast()
            let common = zip(open, sections).prefix { $0 == $1 }.count
            if common == 0, !text.isEmpty { text += "\n" }
            for depth in common..<sections.count { text += indentation(depth) + sections[depth] + ":\n" }
            open = Array(sections)
            var line = indentation(sections.count) + (key.name.path.last ?? "") + ":"
            let shown = value(key)
            if !shown.isEmpty { line += " " + shown }
            if let comment = comment(key) {
                line += String(repeating: " ", count: max(2, 34 - line.count)) + "# " + comment
            }
            text += line + "\n"
        }
        return text
    }

    private static func indentation(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}

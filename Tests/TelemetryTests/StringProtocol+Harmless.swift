extension StringProtocol {
    /// Whether the text stays within its line and does nothing to a terminal, by the categories of Unicode.
    var isOneHarmlessLine: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: !scalar.properties.isBidiControl
            }
        }
    }
}

/// The location of a value: a place in the file, a variable or an option.
package enum ConfigurationLocation: Sendable, Equatable, CustomStringConvertible {
    /// A place in the file. Line and column count from 1; a column is a Unicode scalar.
    case file(String, line: Int, column: Int)
    /// The file as a whole.
    case wholeFile(String)
    case variable(String)
    case flag(String)
    /// The default of a key that is not given. It does not fit a value that is given.
    case standard(key: String)

    package var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .wholeFile(let name): name
        case .variable(let name): "environment variable \(name)"
        case .flag(let name): "option \(name)"
        case .standard: "default"
        }
    }

    /// The order of a report: the file from top to bottom, then variables, then options.
    var order: (source: Int, line: Int, column: Int, name: String) {
        switch self {
        case .wholeFile(let name): (0, 0, 0, name)
        case .file(let name, let line, let column): (0, line, column, name)
        case .variable(let name): (1, 0, 0, name)
        case .flag(let name): (2, 0, 0, name)
        case .standard(let key): (3, 0, 0, key)
        }
    }
}

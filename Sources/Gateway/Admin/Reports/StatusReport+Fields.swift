import Foundation

extension StatusReport {
    /// The report as the fields of a log line: each value under the path of its names.
    var fields: [String: String] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [:] }
        return Self.flattened(object, under: "")
    }

    private static func flattened(_ object: [String: Any], under path: String) -> [String: String] {
        var fields: [String: String] = [:]
        for (name, value) in object {
            switch value {
            case let inner as [String: Any]: fields.merge(flattened(inner, under: "\(path)\(name).")) { $1 }
            case let list as [Any]: fields[path + name] = list.map { "\($0)" }.joined(separator: ", ")
            default: fields[path + name] = "\(value)"
            }
        }
        return fields
    }
}

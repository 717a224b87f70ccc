import Foundation

/// The response of a running instance.
struct InstanceResponse {
    let status: Int
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The members of the body; empty if it is not an object.
    var members: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    /// The strings of a member that is a list; empty if there are none.
    func list(_ name: String) -> [String] {
        (members[name] as? [Any] ?? []).map { "\($0)" }
    }

    /// The keys that wait for a restart, each with its reason.
    var pendingRestart: [String] {
        (members["pending_restart"] as? [[String: Any]] ?? []).map { entry in
            "\(entry["key"] ?? "a key"): \(entry["reason"] ?? "no reason given")"
        }
    }

    /// The reasons of a refusal, a line each.
    var reasons: [String] {
        let members = members
        let summary = members["error"] ?? members["message"]
        let lines = [summary.map { "\($0)" }].compactMap(\.self) + list("problems")
        guard lines.isEmpty else { return lines }
        // The probes answer with plain lines.
        let plain = text.split(separator: "\n").map(String.init)
        return plain.isEmpty ? ["status \(status)"] : plain
    }
}

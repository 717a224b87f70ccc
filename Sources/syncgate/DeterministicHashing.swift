/// The variable of Swift that makes every hash the same in each process.
///
/// A caller who knows the hashes can send names that all collide, and make a table as slow as a list.
enum DeterministicHashing {
    /// Returns the fault of an environment with the variable; nil if it is not set.
    static func fault(_ environment: [String: String]) -> String? {
        let variable = "SWIFT_DETERMINISTIC_HASHING"
        guard environment[variable] != nil else { return nil }
        return "environment variable \(variable): lets callers choose names whose hashes collide; unset it"
    }
}

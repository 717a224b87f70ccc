extension Configuration {
    /// Returns the admin keys of a file, as far as it can be read, and the problems of the whole file.
    ///
    /// Without a file these are the defaults. A command that speaks to the running instance needs them. The faults of
    /// the other keys are the concern of the instance, which tells them when it is asked to reload.
    package static func adminKeys(
        file: String?,
        environment: [String: String]
    ) -> (admin: Admin, problems: [ConfigurationProblem]) {
        guard let file else { return (Admin(), []) }
        do {
            var reader = ConfigurationReader(file: file, environment: environment)
            reader.readFile(try ConfigurationFile.read(file))
            reader.readEnvironment()
            return (reader.configuration.admin, reader.problems.inOrder)
        } catch {
            return (Admin(), [error])
        }
    }
}

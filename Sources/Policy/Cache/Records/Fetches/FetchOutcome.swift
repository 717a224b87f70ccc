/// The outcome of a shared fetch.
package enum FetchOutcome: Sendable {
    /// A response, and a moment by upstream's clock, in milliseconds since 1970, at which what it shows existed.
    case seen(Observation, at: Int64?, IncarnationCheck)
    /// The service does not know the count that was asked for, and says so with this message.
    case unknownCount(message: String)
    /// A listing that has more pages than are worth reading.
    case tooLong
    /// No response, or none that shows anything of the dataset.
    case failed
}

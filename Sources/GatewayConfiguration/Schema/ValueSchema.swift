/// The values of a key as an editor checks them: their form, but not the bounds of sizes, durations and rates.
indirect enum ValueSchema: Sendable {
    /// Any scalar.
    case scalar
    case text
    /// A text of a regular expression (ECMA 262).
    case pattern(String)
    case integer(ClosedRange<Int64>)
    case size
    case duration
    case rate
    case flag
    /// The mode of a file.
    case mode
    case words([String])
    /// A list, or a text with commas.
    case list(ValueSchema)
    /// A value, or nothing.
    case optional(ValueSchema)
    case either([ValueSchema])
    /// A mapping with these members, of which the first ones must be there.
    case mapping([(name: String, value: ValueSchema)], required: Int)
    /// A list of mappings, perhaps empty, or nothing.
    case entries(ValueSchema)
}

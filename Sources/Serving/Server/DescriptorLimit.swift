/// The bound of the system on the open files and sockets of this process (`RLIMIT_NOFILE`).
package enum DescriptorLimit {
    /// Raises the soft limit to the hard one.
    ///
    /// The soft limit is 1024 on many systems, for programs that use `select(2)`. This one does not.
    package static func raise() { Platform.raiseDescriptorLimit() }

    /// Returns the soft limit; the largest number if there is none.
    package static func current() -> Int { Platform.descriptorLimit() }
}

import CCurl

/// The version of the libcurl that this process has loaded.
package enum LibraryVersion {
    /// The version in digits, such as `8.14.1`; empty if libcurl does not say.
    package static var text: String {
        unsafe ccurl_version().map { unsafe String(cString: $0) } ?? ""
    }
}

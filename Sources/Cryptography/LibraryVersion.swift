internal import CCrypto

/// The version of the libcrypto that this process has loaded.
package enum LibraryVersion {
    /// The version in digits, such as `3.5.4`.
    package static var text: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
}

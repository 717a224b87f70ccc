import CCurl
import Glibc

/// The global state of libcurl, which is initialized once in the life of the process.
enum Library {
    /// Whether libcurl could be initialized.
    ///
    /// `SSLKEYLOGFILE` is removed first: libcurl reads it when it starts, and would log the keys of every TLS
    /// connection.
    static let isReady: Bool = {
        unsafe unsetenv("SSLKEYLOGFILE")
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}

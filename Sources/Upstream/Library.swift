import CCurl
import Glibc

/// libcurl as a whole, made ready once in the life of the process.
enum Library {
    /// Whether libcurl could be started.
    ///
    /// `SSLKEYLOGFILE` goes first: libcurl reads it when it starts, and would write down the keys of every
    /// TLS connection.
    static let isReady: Bool = {
        unsafe unsetenv("SSLKEYLOGFILE")
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}

import CCurl
import Messages

extension EasyHandle {
    /// Sets the options of a connection.
    ///
    /// libcurl resolves, connects, tunnels through the proxy and does TLS, and then leaves the connection to this
    /// target (`CURLOPT_CONNECT_ONLY`). Each line that switches something off prevents what libcurl, or the
    /// environment of the process, would do by itself: read `.netrc`, take a proxy from `http_proxy`.
    mutating func setPolicy(_ configuration: UpstreamConfiguration) {
        set(CURLOPT_URL, configuration.origin.url)
        set(CURLOPT_CONNECT_ONLY, true)
        set(CURLOPT_PROTOCOLS_STR, configuration.origin.scheme.rawValue)
        set(CURLOPT_NOSIGNAL, true)
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_NOPROGRESS, true)
        // A resolver thread that hangs must not delay the transfer thread when its connection is abandoned.
        set(CURLOPT_QUICK_EXIT, true)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 30)
        // ALPN then offers http/1.1 alone, as AWS's SDKs do.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))

        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connect.milliseconds)
        set(CURLOPT_TCP_KEEPALIVE, true)

        set(CURLOPT_PROXY, configuration.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        if configuration.proxy != nil {
            set(CURLOPT_HTTPPROXYTUNNEL, true)
            set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        }

        if let path = configuration.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }

        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.caFile {
            set(CURLOPT_CAINFO, file)
            set(CURLOPT_CAPATH, nil)
        }
    }
}

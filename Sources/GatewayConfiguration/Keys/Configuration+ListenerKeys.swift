/// The keys of the listeners.
extension Configuration {
    static let listening = [
        ConfigurationKey(
            "workers",
            \.workers,
            .automatic(1...1024),
            "event loops; auto: one for each core this process may run on",
            waitsForRestart: "the threads of the event loops start with the process"
        ),
        ConfigurationKey(
            "listen.address",
            \.listen.address,
            .address,
            "the address for callers; unix:/path for a Unix socket"
        ),
        ConfigurationKey(
            "listen.reuse_port",
            \.listen.reusePort,
            .flag,
            "whether a second process may take the same TCP address, for a hand-over",
            waitsForRestart: "the option of a socket is set when it is opened"
        ),
        ConfigurationKey(
            "listen.hosts",
            \.listen.hosts,
            .hosts,
            "names in Host that are served beside localhost; [\"*\"]: all"
        ),
        ConfigurationKey(
            "listen.health",
            \.listen.health,
            .optional(.requestPath),
            "a path with 200 while requests are served, such as /healthz; nothing: none"
        ),
        ConfigurationKey(
            "listen.mode",
            \.listen.mode,
            .socketMode,
            "of a Unix socket, such as 0660; nothing: that of the umask"
        ),
        ConfigurationKey(
            "listen.group",
            \.listen.group,
            .optional(.name),
            "of a Unix socket, a name or a number; with it, the mode is 0660 if none is given"
        ),
        ConfigurationKey(
            "listen.proxy_protocol",
            \.listen.proxyProtocol,
            .choice,
            "off, optional or required: whether connections begin with a PROXY header"
        ),
        ConfigurationKey(
            "listen.trusted",
            \.listen.trusted,
            .networks,
            "networks of hops whose PROXY header, X-Forwarded-For and Forwarded count"
        ),
        ConfigurationKey(
            "listen.tls.certificate_file",
            \.listen.tls.certificateFile,
            .optional(.file),
            "PEM of the certificate chain; with it, callers speak TLS"
        ),
        ConfigurationKey(
            "listen.tls.key_file",
            \.listen.tls.keyFile,
            .optional(.file),
            "PEM key of the certificate"
        ),
        ConfigurationKey(
            "listen.tls.client_ca_file",
            \.listen.tls.clientCAFile,
            .optional(.file),
            "PEM of CAs; each caller needs a certificate of one of them"
        ),
        ConfigurationKey(
            "listen.tls.client_crl_file",
            \.listen.tls.clientCRLFile,
            .optional(.file),
            "PEM of the revocation lists of these CAs, one of each"
        ),
        ConfigurationKey(
            "admin.address",
            \.admin.address,
            .address,
            "health, metrics and purge; keep it private"
        ),
        ConfigurationKey(
            "admin.token_file",
            \.admin.tokenFile,
            .optional(.file),
            "the bearer token; purge, reload and drain then need it"
        ),
        ConfigurationKey(
            "admin.streams_token_file",
            \.admin.streamsTokenFile,
            .optional(.file),
            "the bearer token for POST /streams alone; the admin token is good for it too"
        ),
        ConfigurationKey(
            "admin.open",
            \.admin.open,
            .flag,
            "off loopback, whether all may purge, reload and drain without a token"
        ),
        ConfigurationKey(
            "admin.tls.certificate_file",
            \.admin.tls.certificateFile,
            .optional(.file),
            "PEM of the certificate chain; with it, operators speak TLS"
        ),
        ConfigurationKey(
            "admin.tls.key_file",
            \.admin.tls.keyFile,
            .optional(.file),
            "PEM key of the certificate"
        ),
        ConfigurationKey(
            "admin.tls.client_ca_file",
            \.admin.tls.clientCAFile,
            .optional(.file),
            "PEM of CAs; each operator needs a certificate of one of them"
        ),
        ConfigurationKey(
            "admin.tls.client_crl_file",
            \.admin.tls.clientCRLFile,
            .optional(.file),
            "PEM of the revocation lists of these CAs, one of each"
        ),
    ]
}

# Varnish: the cache in memory, persistent connections upstream; a read with a session token is only forwarded.
# servers.py fills in @…@, and has the command line options.
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "@upstream@";
}

sub vcl_recv {
    if (req.method != "GET" || req.url ~ "syncSessionToken=") {
        return (pass);
    }
    return (hash);
}

sub vcl_hash {
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_response {
    set beresp.ttl = 10m;
    return (deliver);
}

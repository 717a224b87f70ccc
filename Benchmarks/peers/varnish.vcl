# Varnish: the cache in memory, kept connections to the origin; a read with a session token is only forwarded.
# @…@ is filled in by servers.py, which has the options of the command line too.
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "@origin@";
}

sub vcl_recv {
    if (req.url ~ "syncSessionToken=") {
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

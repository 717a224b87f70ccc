/* The bytes of a connection, plain or under TLS. OpenSSL calls the socket itself. */
#ifndef SECURE_H
#define SECURE_H

#include "socket.h"
#include <openssl/err.h>
#include <openssl/ssl.h>

static inline SSL_CTX *secure_context(const char *certificate, const char *key) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context || SSL_CTX_use_certificate_chain_file(context, certificate) != 1
        || SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

static inline SSL *secure_connection(SSL_CTX *context, int descriptor) {
    SSL *it = SSL_new(context);
    if (!it || SSL_set_fd(it, descriptor) != 1) fail("SSL_new");
    SSL_set_accept_state(it);
    return it;
}

/* Returns what read or write would: a count, 0 at the end, or -1 with EAGAIN in errno. */
static inline ssize_t outcome(SSL *it, int result) {
    if (result > 0) return result;
    int error = SSL_get_error(it, result);
    ERR_clear_error();
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
    return error == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static inline ssize_t read_bytes(SSL *tls, int descriptor, char *bytes, size_t room) {
    return tls ? outcome(tls, SSL_read(tls, bytes, (int)room)) : read(descriptor, bytes, room);
}

static inline ssize_t write_bytes(SSL *tls, int descriptor, const char *bytes, size_t count) {
    return tls ? outcome(tls, SSL_write(tls, bytes, (int)count)) : write(descriptor, bytes, count);
}

#endif

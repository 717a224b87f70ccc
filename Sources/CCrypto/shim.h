#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stddef.h>

/* Sets the key of a context for HMAC-SHA-256; returns 1, or 0 on failure. It is C because the parameters store the
   addresses of their strings, and in Swift those would be valid for one function call only. */
static inline int syncgate_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t count) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    /* Without an address, OpenSSL would take an empty key for "use the previous key". */
    return EVP_MAC_init(context, key ? key : (const unsigned char *)"", count, parameters);
}

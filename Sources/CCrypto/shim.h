#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stddef.h>

/* Keys a context for HMAC-SHA-256. Parameters keep the addresses of the strings in them, which Swift would
   lend for one call only. Returns 1, or 0 on failure. */
static inline int syncgate_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t count) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    /* With no address, OpenSSL takes an empty key for "the key of before". */
    return EVP_MAC_init(context, key ? key : (const unsigned char *)"", count, parameters);
}

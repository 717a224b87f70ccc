#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stddef.h>
#include <time.h>

/* The calls on a stack of certificates are macros, which Swift does not see. */
static inline STACK_OF(X509) *syncgate_certificates_new(void) { return sk_X509_new_null(); }
static inline int syncgate_certificates_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}
static inline void syncgate_certificates_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }

/* Returns the seconds since 1970 of a time of ASN.1; 0 without one, and for one that is malformed. */
static inline long long syncgate_seconds(const ASN1_TIME *time) {
    struct tm parts;
    return time && ASN1_TIME_to_tm(time, &parts) == 1 ? (long long)timegm(&parts) : 0;
}

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

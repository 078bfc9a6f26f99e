/* Keys, tokens and policies that the tests share. */
#ifndef FIXTURES_H
#define FIXTURES_H

#include "jeton.h"

/* The time of the tests, in Unix seconds. */
#define NOW INT64_C(1300819000)

/* A throw-away P-256 key: PKCS#8 PEM, SPKI PEM, SEC 1 DER. */
extern const char EC_PRIVATE_PEM[];
extern const char EC_PUBLIC_PEM[];
extern const uint8_t EC_PRIVATE_DER[];
extern const size_t EC_PRIVATE_DER_LEN;

/* RFC 7515 appendix A.1: the key, the token, its claims, and policies that accept it. It ends at RFC_TOKEN_EXP. */
extern const char RFC_JWK[];
extern const char RFC_TOKEN[];
extern const char RFC_HEADER[];
extern const char RFC_CLAIMS[];
#define RFC_TOKEN_EXP INT64_C(1300819380)
#define RFC_POLICY "{\"algorithms\":[\"HS256\"],\"issuer\":\"joe\",\"any_audience\":true}"

/* A secret of 64 bytes. */
#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define DASHBOARD_ARGS "{\"expiry_ttl_in_minutes\":20,\"project_id\":\"p\",\"user_reference\":\"u\"}"
#define DATA_ARGS "{\"expiry_ttl_in_minutes\":20,\"data_set_ids\":\"*\",\"secure_filters\":{}}"
#define QUERY_ENGINE_ARGS "{\"expiry_ttl_in_minutes\":20,\"allow_data_preview_access\":true,\"allow_database_schema_access\":false}"

/* Handles that the caller frees. A fixture that cannot be made ends the program: no test means anything without it. */
jeton_key *rfc_key(void);
jeton_key *ec_private_key(void);
jeton_key *ec_public_key(void);
jeton_key *secret_key(void);
jeton_signer *signer(jeton_key *key, const char *options);
jeton_external_signer *external_signer(jeton_key *key, const char *options);
jeton_verifier *verifier(jeton_key *key, const char *policy);

/* Bytes on the heap with nothing behind them, so that a read too far is seen by AddressSanitizer and Valgrind. */
struct text {
    char *at;
    size_t len;
};

struct text exact(const char *text);
void free_text(struct text text);
struct text exact_bytes(const void *bytes, size_t len);

/* The part of entry 0 as `exact` bytes, or no bytes where it is not there. */
struct text part_of(const jeton_result *result, const char *name);

#endif

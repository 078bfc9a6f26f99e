/* The C peer, libjwt 1.x as Debian has it: no PS256, no EdDSA; it takes the key as text in every call. */
#include "bench.h"

#include <jwt.h>
#include <string.h>

struct subject {
    jwt_alg_t alg;
    const unsigned char *private_key, *public_key;
    int private_len, public_len;
    jwt_t *builder;
    char *token;
};

static void must(int error, const char *what)
{
    if (error != 0) {
        die(what, strerror(error));
    }
}

static void sign(void *context)
{
    struct subject *s = context;
    free(s->token);
    s->token = jwt_encode_str(s->builder);
    if (s->token == NULL) {
        die("jwt_encode_str", "failed");
    }
}

static void verify(void *context)
{
    struct subject *s = context;
    jwt_t *jwt = NULL;
    must(jwt_decode(&jwt, s->token, s->public_key, s->public_len), "jwt_decode");
    time_t now = time(NULL);
    if (jwt_get_alg(jwt) != s->alg || jwt_get_grant_int(jwt, "exp") <= now || jwt_get_grant_int(jwt, "nbf") > now
        || strcmp(jwt_get_grant(jwt, "iss"), "https://issuer.example") != 0
        || strcmp(jwt_get_grant(jwt, "aud"), "api.example") != 0) {
        die("libjwt", "the claims are not good");
    }
    jwt_free(jwt);
}

int main(void)
{
    size_t length;
    char *claims = fixture("claims.json", &length);
    for (int i = 0; i < ALGORITHM_COUNT; i++) {
        const char *alg = ALGORITHMS[i];
        struct subject s = {.alg = jwt_str_alg(alg)};
        if (s.alg == JWT_ALG_INVAL) {
            continue;
        }
        char name[2][32];
        int hmac = strcmp(alg, "HS256") == 0;
        snprintf(name[0], sizeof name[0], hmac ? "HS256.secret" : "%s.pem", alg[0] == 'R' ? "RSA" : alg);
        snprintf(name[1], sizeof name[1], hmac ? "HS256.secret" : "%s.pub.pem", alg[0] == 'R' ? "RSA" : alg);
        s.private_key = (const unsigned char *)fixture(name[0], &length);
        s.private_len = (int)length;
        s.public_key = (const unsigned char *)fixture(name[1], &length);
        s.public_len = (int)length;
        must(jwt_new(&s.builder), "jwt_new");
        must(jwt_add_grants_json(s.builder, claims), "jwt_add_grants_json");
        must(jwt_set_alg(s.builder, s.alg, s.private_key, s.private_len), "jwt_set_alg");
        measure("libjwt", "sign", alg, sign, &s);
        measure("libjwt", "verify", alg, verify, &s);
        free(s.token);
        jwt_free(s.builder);
    }
    return 0;
}

/* One sign and one verify, as an embedding program does them. */
#ifndef ROUND_H
#define ROUND_H

#include <jeton.h>
#include <string.h>

/* 1 if a token was signed and verified, and if a defect of the library came back as a status. */
static int round_trip(void)
{
    const char secret[] = "a secret of thirty-two bytes or more";
    const char claims[] = "{\"sub\":\"alice\",\"exp\":2000}";
    const char options[] = "{\"algorithm\":\"HS256\"}";
    const char policy[] = "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true}";
    char token[512];
    uint8_t verified[512];
    size_t token_len = 0, verified_len = 0;
    jeton_key *key = NULL;
    jeton_signer *signer = NULL;
    jeton_verifier *verifier = NULL;

    int good = jeton_key_from_secret((const uint8_t *)secret, strlen(secret), "HS256", 5, &key, NULL) == JETON_OK
        && jeton_signer_new(key, options, strlen(options), &signer, NULL) == JETON_OK
        && jeton_verifier_new(key, policy, strlen(policy), &verifier, NULL) == JETON_OK
        && jeton_signer_sign(signer, claims, strlen(claims), 1000, token, sizeof token, &token_len, NULL) == JETON_OK
        && jeton_verifier_verify(verifier, token, token_len, 1000, verified, sizeof verified, &verified_len, NULL) == JETON_OK
        && verified_len == strlen(claims) && memcmp(verified, claims, verified_len) == 0
        && jeton_verifier_verify(verifier, token, token_len, 2000, verified, sizeof verified, &verified_len, NULL)
            == JETON_E_EXPIRED
        && jeton_testing_panic(NULL) == JETON_E_PANIC;

    jeton_verifier_free(verifier);
    jeton_signer_free(signer);
    jeton_key_free(key);
    return good;
}

#endif

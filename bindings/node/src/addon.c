/*
 * The addon: every function of Jeton that JavaScript needs, as a plain function over handles, texts and bytes. The classes
 * are in lib/. Node-API version 8, no global state: it loads in the main thread and in any number of workers.
 */

#include "addon.h"

#include <stdio.h>

/* () -> the library's version */
static napi_value version(napi_env env, napi_callback_info info)
{
    (void)info;
    return output_text(env, jeton_version(), NAPI_AUTO_LENGTH);
}

/* () -> the library's ABI version */
static napi_value abi_version(napi_env env, napi_callback_info info)
{
    napi_value number;
    (void)info;
    return done(env, napi_create_uint32(env, jeton_abi_version(), &number)) ? number : NULL;
}

/* (number) -> the name of a status or undefined */
static napi_value status_name(napi_env env, napi_callback_info info)
{
    napi_value value;
    int32_t number = 0;
    if (!input_arguments(env, info, &value, 1) || !done(env, napi_get_value_int32(env, value, &number))) return NULL;
    const char *name = jeton_status_name(number);
    return name == NULL ? NULL : output_text(env, name, NAPI_AUTO_LENGTH);
}

/* () -> always throws PANIC; for tests */
static napi_value testing_panic(napi_env env, napi_callback_info info)
{
    jeton_error error;
    (void)info;
    return jeton_testing_panic(&error) == JETON_OK ? NULL : error_throw(env, &error);
}

/* (milliseconds) -> ends the threads of the library */
static napi_value runtime_stop(napi_env env, napi_callback_info info)
{
    napi_value value;
    uint64_t timeout_ms;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1) || !input_milliseconds(env, value, "timeoutMs", &timeout_ms)) return NULL;
    return jeton_runtime_stop(timeout_ms, &error) == JETON_OK ? NULL : error_throw(env, &error);
}

static bool abi_fits(napi_env env)
{
    char message[128];
    if (jeton_abi_version() == JETON_ABI_VERSION) return true;
    snprintf(message, sizeof message, "this addon was built for ABI %u of Jeton, but the library speaks ABI %u",
             (unsigned)JETON_ABI_VERSION, (unsigned)jeton_abi_version());
    napi_throw_error(env, "ERR_JETON_ABI", message);
    return false;
}

#define FUNCTION(name, function) {name, NULL, function, NULL, NULL, NULL, napi_enumerable, NULL}
#define FUNCTION_OF(name, function, data) {name, NULL, function, NULL, NULL, NULL, napi_enumerable, (void *)(uintptr_t)(data)}

static const napi_property_descriptor functions[] = {
    FUNCTION("version", version),
    FUNCTION("abiVersion", abi_version),
    FUNCTION("statusName", status_name),
    FUNCTION("testingPanic", testing_panic),
    FUNCTION("setErrorClass", error_set_class),
    FUNCTION("close", handle_close),

    FUNCTION_OF("keyFromPem", key_from, KEY_PEM),
    FUNCTION_OF("keyFromDer", key_from, KEY_DER),
    FUNCTION_OF("keyFromJwk", key_from, KEY_JWK),
    FUNCTION_OF("keyFromJwks", key_from, KEY_JWKS),
    FUNCTION_OF("keyFromSecret", key_from, KEY_SECRET),
    FUNCTION("keyGenerate", key_generate),
    FUNCTION("keyDescribe", key_describe),
    FUNCTION("keyPublic", key_public),

    FUNCTION("signerNew", signer_new),
    FUNCTION("signerSign", signer_sign),
    FUNCTION("signerSignBytes", signer_sign_bytes),

    FUNCTION("externalSignerNew", external_signer_new),
    FUNCTION("externalSignerBegin", external_signer_begin),
    FUNCTION("externalSignerBeginBytes", external_signer_begin_bytes),
    FUNCTION("externalSignerFinish", external_signer_finish),

    FUNCTION("verifierNew", verifier_new),
    FUNCTION("verifierVerify", verifier_verify),
    FUNCTION("verifierVerifyBytes", verifier_verify_bytes),
    FUNCTION("verifierGivesClaims", verifier_gives_claims),
    FUNCTION("verifierOpen", verifier_open),
    FUNCTION("verifierVerifyBatch", verifier_verify_batch),
    FUNCTION("inspectUnverified", inspect_unverified),

    FUNCTION("vizzlyNew", vizzly_new),
    FUNCTION("vizzlyVerifier", vizzly_verifier),
    FUNCTION_OF("vizzlyDashboard", vizzly_sign, VIZZLY_DASHBOARD),
    FUNCTION_OF("vizzlyData", vizzly_sign, VIZZLY_DATA),
    FUNCTION_OF("vizzlyQueryEngine", vizzly_sign, VIZZLY_QUERY_ENGINE),
    FUNCTION("vizzlyIdentity", vizzly_identity),

    FUNCTION("waitWatch", wait_watch),
    FUNCTION("waitResult", wait_result),
    FUNCTION("waitCancel", wait_cancel),
    FUNCTION("runtimeStop", runtime_stop),

    FUNCTION("cacheNew", cache_new),
    FUNCTION("sourceNew", source_new),
    FUNCTION("sourceToken", source_token),
    FUNCTION("sourceBegin", source_begin),
    FUNCTION("sourceInvalidate", source_invalidate),
    FUNCTION("sourceDescribe", source_describe),
    FUNCTION("sourceStats", source_stats),
    FUNCTION("sourceEvents", source_events),

    FUNCTION("remoteVerifierNew", remote_verifier_new),
    FUNCTION("remoteVerifierVerify", remote_verifier_verify),
    FUNCTION("remoteVerifierBegin", remote_verifier_begin),
    FUNCTION("remoteVerifierStats", remote_verifier_stats),

    FUNCTION("clientNew", client_new),
    FUNCTION("clientAsUser", client_as_user),
    FUNCTION("clientBegin", client_begin),
    FUNCTION("clientEdit", client_edit),

    FUNCTION("accessNew", access_new),
    FUNCTION("accessOpen", access_open),
    FUNCTION("accessBegin", access_begin),
    FUNCTION("accessAsksRows", access_asks_rows),
    FUNCTION("accessOperation", access_operation),
    FUNCTION("operationNext", operation_next),
    FUNCTION("operationRow", operation_row),
    FUNCTION("allowed", allowed),
    FUNCTION("allowedAction", allowed_action),

    FUNCTION("apiKeyGenerate", api_key_generate),
    FUNCTION("apiKeyCheck", api_key_check),
};

NAPI_MODULE_INIT()
{
    if (!abi_fits(env)) return NULL;
    return done(env, napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions)) ? exports : NULL;
}

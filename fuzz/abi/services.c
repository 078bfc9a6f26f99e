#include "services.h"

#include "attempt.h"
#include "services_texts.h"

enum { TOKEN_ROOM = 64 };

static int64_t some_ms(void) {
    int64_t seconds = some_time();
    return seconds > 0 && seconds < INT64_MAX / 1000 ? seconds * 1000 + byte() : seconds;
}

static int32_t some_http_status(void) {
    static const int32_t statuses[] = {200, 200, 400, 401, 403, 404, 429, 500, 503, 302, 204, 0, -1, 600};
    return statuses[byte() % COUNT(statuses)];
}

/* A lease that there may be. */
static uint64_t leases[SLOTS];

/* --- caches and sources ------------------------------------------------------------------------------------------------------- */

static void cache_new(void) {
    static const char *const configs[] = {"{\"driven_by\":\"host\"}", "{\"driven_by\":\"host\",\"max_entries\":1,\"max_token_bytes\":256}",
                                          "{\"driven_by\":\"host\",\"max_entries\":0}", "{\"surprise\":1}"};
    attempt call = some_call();
    argument config = TEXT(&call, configs);
    made(&call, CACHE, jeton_cache_new(config.data, config.len, OUT(&call, cache), error_of(&call)));
    unguard(config.memory);
}

static void cache_poll(void) {
    attempt call = some_call();
    const jeton_cache *cache = some_handle(&call, CACHE)->cache;
    int64_t next_due_ms = UNTOUCHED;
    uint64_t lease = UNTOUCHED;
    jeton_status status = jeton_cache_poll(cache, some_ms(), &lease, OUT(&call, result), &next_due_ms, error_of(&call));
    if (status == JETON_ASK) leases[byte() % SLOTS] = lease;
    made_where(&call, RESULT, status, status == JETON_ASK);
}

static void cache_answer(int fails) {
    attempt call = some_call();
    const jeton_cache *cache = some_handle(&call, CACHE)->cache;
    uint64_t lease = leases[byte() % SLOTS];
    int32_t http_status = some_http_status();
    argument headers = fails ? TEXT(&call, FAULTS) : TEXT(&call, ANSWER_HEADERS), body = some_text(BODIES, COUNT(BODIES), &(int){0});
    if (body.data == NULL || body.len > PTRDIFF_MAX) call.hopeless |= !fails && body.len > 0;
    jeton_error *err = error_of(&call);
    check_status(&call, fails ? jeton_cache_fail(cache, lease, headers.data, headers.len, some_ms(), err)
                              : jeton_cache_answer(cache, lease, http_status, headers.data, headers.len, (const uint8_t *)body.data, body.len,
                                                   some_ms(), err));
    unguard(headers.memory);
    unguard(body.memory);
}

/* On a cache that is driven from here; that of the process is the runtime's, which would send. */
static void source_new(void) {
    attempt call = some_call();
    const jeton_cache *cache = handles[CACHE][byte() % SLOTS].cache;
    const jeton_key *key = handles[KEY][byte() % SLOTS].key;
    argument config = TEXT(&call, SOURCES), secrets = TEXT(&call, SECRETS), environment = TEXT(&call, ENVIRONMENTS);
    if (environment.data == NULL) environment.data = "{}", environment.len = 2, call.hopeless = 0, call.has_out = 1;
    if (cache != NULL && call.has_out)
        made(&call, SOURCE, jeton_source_new(cache, config.data, config.len, secrets.data, secrets.len, environment.data, environment.len, key,
                                             some_ms(), &call.out.source, error_of(&call)));
    unguard(config.memory);
    unguard(secrets.memory);
    unguard(environment.memory);
}

static void source_token(int waits) {
    attempt call = some_call();
    const jeton_source *source = some_handle(&call, SOURCE)->source;
    uint8_t *token;
    size_t cap = byte() % TOKEN_ROOM, len = UNTOUCHED;
    int64_t end;
    guarded memory = guard(cap, &token);
    call.hopeless = source == NULL;
    jeton_error *err = error_of(&call);
    jeton_status status = waits ? jeton_source_wait(source, 0, token, cap, &len, &end, err)
                                : jeton_source_token(source, some_ms(), token, cap, &len, &end, err);
    check_status(&call, status);
    if (status == JETON_OK) {
        CHECK(len <= cap);
        keep(token, len);
    } else CHECK(status == JETON_E_BUFFER ? len > cap : len == UNTOUCHED);
    unguard(memory);
}

static void source_begin(void) {
    attempt call = some_call();
    const jeton_source *source = some_handle(&call, SOURCE)->source;
    argument operation = TEXT(&call, SOURCE_OPERATIONS), token = TEXT(&call, API_KEYS);
    made(&call, WAIT, jeton_source_begin(source, operation.data, operation.len, token.data, token.len, 0, some_ms(), OUT(&call, wait),
                                         error_of(&call)));
    unguard(operation.memory);
    unguard(token.memory);
}

static void source_invalidate(void) {
    attempt call = some_call();
    const jeton_source *source = some_handle(&call, SOURCE)->source;
    argument token = TEXT(&call, API_KEYS);
    int32_t invalidated = UNTOUCHED;
    jeton_status status = jeton_source_invalidate(source, token.data, token.len, some_ms(), call.has_out ? &invalidated : NULL, error_of(&call));
    check_status(&call, status);
    CHECK(status == JETON_OK ? invalidated == 0 || invalidated == 1 : invalidated == UNTOUCHED);
    unguard(token.memory);
}

static void source_tells(void) {
    static jeton_status (*const functions[])(const jeton_source *, jeton_result **, jeton_error *) = {jeton_source_describe, jeton_source_stats,
                                                                                                      jeton_source_events};
    attempt call = some_call();
    const jeton_source *source = some_handle(&call, SOURCE)->source;
    made(&call, RESULT, functions[byte() % COUNT(functions)](source, OUT(&call, result), error_of(&call)));
}

/* The source of the process is never one that the environment of the process describes. */
static void source_default(void) {
    attempt call = some_call();
    const jeton_source *source = some_handle(&call, SOURCE)->source;
    if (jeton_source_make_default(source, NULL) == JETON_OK && source != NULL)
        made(&call, SOURCE, jeton_source_default(OUT(&call, source), error_of(&call)));
    CHECK(jeton_source_make_default(NULL, NULL) == JETON_OK);
}

static void source_close(void) {
    attempt call = some_call();
    const jeton_source *source = some_handle(&call, SOURCE)->source;
    call.hopeless = source == NULL;
    check_status(&call, jeton_source_close(source, 0, error_of(&call)));
}

/* --- waits and operations ----------------------------------------------------------------------------------------------------- */

static void wait_for(void) {
    attempt call = some_call();
    const jeton_wait *wait = some_handle(&call, WAIT)->wait;
    CHECK(jeton_wait_fd(wait) >= -1);
    if (one_in(4)) jeton_wait_cancel(wait);
    call.hopeless = wait == NULL;
    check_status(&call, jeton_wait_for(wait, 0, error_of(&call)));
}

static void wait_result(void) {
    attempt call = some_call();
    const jeton_wait *wait = some_handle(&call, WAIT)->wait;
    made(&call, RESULT, jeton_wait_result(wait, OUT(&call, result), error_of(&call)));
}

static void operation_next(void) {
    attempt call = some_call();
    const jeton_operation *operation = some_handle(&call, OPERATION)->operation;
    jeton_status status = jeton_operation_next(operation, some_ms(), OUT(&call, result), error_of(&call));
    made_where(&call, RESULT, status, status == JETON_ASK || status == JETON_OK);
}

static void operation_answer(unsigned how) {
    attempt call = some_call();
    const jeton_operation *operation = some_handle(&call, OPERATION)->operation;
    int32_t http_status = some_http_status();
    argument first = how == 0 ? TEXT(&call, ANSWER_HEADERS) : how == 1 ? TEXT(&call, FAULTS) : TEXT(&call, ROWS);
    argument body = some_text(BODIES, COUNT(BODIES), how == 0 ? &call.hopeless : &(int){0});
    jeton_error *err = error_of(&call);
    call.hopeless = operation == NULL;
    check_status(&call, how == 0   ? jeton_operation_answer(operation, http_status, first.data, first.len, (const uint8_t *)body.data, body.len, err)
                        : how == 1 ? jeton_operation_fail(operation, first.data, first.len, err)
                                   : jeton_operation_row(operation, first.data, first.len, err));
    unguard(first.memory);
    unguard(body.memory);
}

/* --- clients ------------------------------------------------------------------------------------------------------------------ */

static void client_new(void) {
    attempt call = some_call();
    argument vendor = TEXT(&call, VENDORS), config = TEXT(&call, CLIENTS), secrets = TEXT(&call, SECRETS);
    made(&call, CLIENT, jeton_client_new(vendor.data, vendor.len, config.data, config.len, secrets.data, secrets.len, "{}", 2, OUT(&call, client),
                                         error_of(&call)));
    unguard(vendor.memory);
    unguard(config.memory);
    unguard(secrets.memory);
}

static void client_as_user(void) {
    attempt call = some_call();
    const jeton_client *client = some_handle(&call, CLIENT)->client;
    argument login = TEXT(&call, ACTIONS);
    made(&call, CLIENT, jeton_client_as_user(client, login.data, login.len, OUT(&call, client), error_of(&call)));
    unguard(login.memory);
}

static void client_operation(void) {
    attempt call = some_call();
    const jeton_client *client = some_handle(&call, CLIENT)->client;
    argument name = TEXT(&call, CLIENT_OPERATIONS), args = TEXT(&call, CLIENT_ARGS);
    made(&call, OPERATION, jeton_client_operation(client, name.data, name.len, args.data, args.len, OUT(&call, operation), error_of(&call)));
    unguard(name.memory);
    unguard(args.memory);
}

/* An operation that no vendor has, since the runtime would send the others. */
static void client_sends(int waits) {
    attempt call = some_call();
    const jeton_client *client = some_handle(&call, CLIENT)->client;
    argument args = TEXT(&call, CLIENT_ARGS);
    call.hopeless = 1;
    if (waits) made(&call, RESULT, jeton_client_call(client, "nothing", 7, args.data, args.len, 0, OUT(&call, result), error_of(&call)));
    else made(&call, WAIT, jeton_client_begin(client, "nothing", 7, args.data, args.len, 0, OUT(&call, wait), error_of(&call)));
    unguard(args.memory);
}

/* --- remote verifiers --------------------------------------------------------------------------------------------------------- */

static void remote_new(void) {
    attempt call = some_call();
    const jeton_cache *cache = some_handle(&call, CACHE)->cache;
    argument issuers = TEXT(&call, ISSUERS);
    if (cache != NULL)
        made(&call, REMOTE, jeton_remote_verifier_new(cache, issuers.data, issuers.len, "{}", 2, OUT(&call, remote), error_of(&call)));
    unguard(issuers.memory);
}

static void remote_verify(unsigned how) {
    /* EdDSA, of the issuer joe, with a signature that is not right. */
    static const char *const tokens[] = {"eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ.eyJpc3MiOiJqb2UifQ."
                                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                         "a.b.c"};
    attempt call = some_call();
    const jeton_remote_verifier *verifier = some_handle(&call, REMOTE)->remote;
    argument token = TEXT(&call, tokens);
    int64_t now_ms = some_ms();
    jeton_error *err = error_of(&call);
    if (how == 0) made(&call, RESULT, jeton_remote_verifier_verify(verifier, token.data, token.len, now_ms, OUT(&call, result), err));
    else if (how == 1) made(&call, WAIT, jeton_remote_verifier_begin(verifier, token.data, token.len, 0, now_ms, OUT(&call, wait), err));
    else made(&call, RESULT, jeton_remote_verifier_wait(verifier, token.data, token.len, 0, OUT(&call, result), err));
    unguard(token.memory);
}

static void remote_tells(void) {
    attempt call = some_call();
    const jeton_remote_verifier *verifier = some_handle(&call, REMOTE)->remote;
    made(&call, RESULT, jeton_remote_verifier_stats(verifier, OUT(&call, result), error_of(&call)));
}

/* --- access ------------------------------------------------------------------------------------------------------------------- */

static void access_new(void) {
    attempt call = some_call();
    argument config = TEXT(&call, ACCESSES), settings = TEXT(&call, SETTINGS), secret = TEXT(&call, ACTIONS);
    made(&call, ACCESS, jeton_access_new(config.data, config.len, settings.data, settings.len, (const uint8_t *)secret.data, secret.len,
                                         "{\"BOT\":\"b\"}", 11, OUT(&call, access), error_of(&call)));
    unguard(config.memory);
    unguard(settings.memory);
    unguard(secret.memory);
}

static void access_call(unsigned how) {
    attempt call = some_call();
    const jeton_access *access = some_handle(&call, ACCESS)->access;
    argument operation = TEXT(&call, ACCESS_OPERATIONS), args = TEXT(&call, ACCESS_ARGS);
    CHECK((unsigned)jeton_access_asks_rows(access) <= (access != NULL));
    int64_t now_s = some_time();
    jeton_error *err = error_of(&call);
    if (how == 0)
        made(&call, RESULT, jeton_access_call(access, operation.data, operation.len, args.data, args.len, now_s, OUT(&call, result), err));
    else if (how == 1)
        made(&call, OPERATION, jeton_access_operation(access, operation.data, operation.len, args.data, args.len, now_s, OUT(&call, operation), err));
    else
        made(&call, WAIT, jeton_access_begin(access, operation.data, operation.len, args.data, args.len, now_s, 0, OUT(&call, wait), err));
    unguard(operation.memory);
    unguard(args.memory);
}

static void allowed(int of_action) {
    attempt call = some_call();
    argument actor = TEXT(&call, ACTORS), second = of_action ? TEXT(&call, ACTIONS) : TEXT(&call, ALLOWS);
    argument resource = some_text(RESOURCES, COUNT(RESOURCES), of_action ? &call.hopeless : &(int){0});
    int32_t answer = UNTOUCHED, *out = call.has_out ? &answer : NULL;
    jeton_error *err = error_of(&call);
    jeton_status status = of_action ? jeton_allowed_action(actor.data, actor.len, second.data, second.len, resource.data, resource.len, out, err)
                                    : jeton_allowed(actor.data, actor.len, second.data, second.len, out, err);
    check_status(&call, status);
    CHECK(status == JETON_OK ? answer == 0 || answer == 1 : answer == UNTOUCHED);
    unguard(actor.memory);
    unguard(second.memory);
    unguard(resource.memory);
}

static void api_key(int generates) {
    attempt call = some_call();
    argument text = generates ? TEXT(&call, PREFIXES) : TEXT(&call, API_KEYS);
    jeton_result **out = OUT(&call, result);
    made(&call, RESULT, generates ? jeton_api_key_generate(text.data, text.len, out, error_of(&call))
                                  : jeton_api_key_check((const uint8_t *)text.data, text.len, out, error_of(&call)));
    unguard(text.memory);
}

void call_service(unsigned which) {
    switch (which) {
    case 0: cache_new(); break;
    case 1: cache_poll(); break;
    case 2: cache_answer(byte() % 4 == 3); break;
    case 3: case 4: source_new(); break;
    case 5: source_token(byte() % 2); break;
    case 6: source_begin(); break;
    case 7: source_invalidate(); break;
    case 8: byte() % 4 == 3 ? source_default() : source_tells(); break;
    case 9: source_close(); break;
    case 10: wait_for(); break;
    case 11: wait_result(); break;
    case 12: operation_next(); break;
    case 13: operation_answer(byte() % 3); break;
    case 14: client_new(); break;
    case 15: client_as_user(); break;
    case 16: client_operation(); break;
    case 17: client_sends(byte() % 2); break;
    case 18: byte() % 4 == 3 ? remote_tells() : remote_new(); break;
    case 19: remote_verify(byte() % 3); break;
    case 20: access_new(); break;
    case 21: case 22: access_call(byte() % 16 == 15 ? 2 : byte() % 2); break;
    case 23: allowed(byte() % 2); break;
    case 24: api_key(byte() % 2); break;
    default: {
        attempt call = some_call();
        call.hopeless = 0;
        check_status(&call, jeton_runtime_stop(1000, error_of(&call)));
    }
    }
}

#include "calls.h"

#include <string.h>

#include "check.h"
#include "fixtures.h"

#define TEXT_AT(i, text) P(i, (text).at), N(i, (text).len)
#define BYTES_AT(i, text) P(i, (const uint8_t *)(text).at), N(i, (text).len)

/* Who looks up a token asks the host for the row. */
#define LOOK_UP "{\"query\":{\"sql\":\"select secret as token_secret from t where id = :token_id\",\"database\":\"tokens\"}}"

static jeton_client *dataiku(void) {
    static const char config[] = "{\"host\":\"https://dss.example\"}", secrets[] = "{\"api_key\":\"k\"}";
    jeton_client *client = NULL;
    CHECK_OK(jeton_client_new("dataiku", 7, config, strlen(config), secrets, strlen(secrets), "{}", 2, &client, NULL));
    return client;
}

static jeton_access *access_of(const char *config) {
    static const char settings[] = "{\"databases\":{\"tokens\":null}}";
    jeton_access *access = NULL;
    CHECK_OK(jeton_access_new(config, strlen(config), settings, strlen(settings), (const uint8_t *)"s", 1, "{}", 2, &access, NULL));
    return access;
}

/* An operation that has asked for an exchange. */
static jeton_operation *asking(void) {
    jeton_client *client = dataiku();
    jeton_operation *operation = NULL;
    jeton_result *ask = NULL;
    CHECK_OK(jeton_client_operation(client, "auth_info", 9, NULL, 0, &operation, NULL));
    CHECK_STATUS(JETON_ASK, jeton_operation_next(operation, NOW * 1000, &ask, NULL));
    jeton_result_free(ask);
    jeton_client_free(client);
    return operation;
}

/* An operation that has asked for a row. */
static jeton_operation *asking_for_a_row(void) {
    static const char args[] = "{\"headers\":{\"Authorization\":\"Bearer 1-abc\"},\"query\":{}}";
    jeton_access *access = access_of(LOOK_UP);
    jeton_operation *operation = NULL;
    jeton_result *ask = NULL;
    CHECK_OK(jeton_access_operation(access, "authenticate", 12, args, strlen(args), NOW, &operation, NULL));
    CHECK_STATUS(JETON_ASK, jeton_operation_next(operation, NOW * 1000, &ask, NULL));
    jeton_result_free(ask);
    jeton_access_free(access);
    return operation;
}

static jeton_status finish_wait(jeton_status status, jeton_wait *wait) {
    CHECK_OUT(status, wait);
    jeton_wait_free(wait);
    return status;
}

static jeton_status finish_operation(jeton_status status, jeton_operation *operation) {
    CHECK_OUT(status, operation);
    jeton_operation_free(operation);
    return status;
}

static jeton_status operation_next(const struct spoil *spoil, jeton_error *err) {
    jeton_operation *operation = asking();
    jeton_result *ask = NULL;
    jeton_status status = jeton_operation_next(P(0, operation), NOW * 1000, P(1, &ask), err);
    jeton_operation_free(operation);
    return finish_result(status, ask);
}

static jeton_status operation_answer(const struct spoil *spoil, jeton_error *err) {
    jeton_operation *operation = asking();
    struct text headers = exact("{}"), body = exact("{}");
    jeton_status status = jeton_operation_answer(P(0, operation), 200, TEXT_AT(1, headers), BYTES_AT(2, body), err);
    jeton_operation_free(operation);
    free_text(headers);
    free_text(body);
    return status;
}

static jeton_status operation_fail(const struct spoil *spoil, jeton_error *err) {
    jeton_operation *operation = asking();
    struct text fault = exact("refused");
    jeton_status status = jeton_operation_fail(P(0, operation), TEXT_AT(1, fault), err);
    jeton_operation_free(operation);
    free_text(fault);
    return status;
}

static jeton_status operation_row(const struct spoil *spoil, jeton_error *err) {
    jeton_operation *operation = asking_for_a_row();
    struct text row = exact("{\"token_secret\":\"abc\"}");
    jeton_status status = jeton_operation_row(P(0, operation), TEXT_AT(1, row), err);
    jeton_operation_free(operation);
    free_text(row);
    return status;
}

static jeton_status client_new(const struct spoil *spoil, jeton_error *err) {
    struct text vendor = exact("tigergraph"), config = exact("{\"host\":\"https://tg.example\"}"), secrets = exact("{\"api_token\":\"t\"}"),
                environment = exact("{}");
    jeton_client *made = NULL;
    jeton_status status = jeton_client_new(TEXT_AT(0, vendor), TEXT_AT(1, config), TEXT_AT(2, secrets), TEXT_AT(3, environment),
                                           P(4, &made), err);
    CHECK_OUT(status, made);
    jeton_client_free(made);
    free_text(vendor);
    free_text(config);
    free_text(secrets);
    free_text(environment);
    return status;
}

static jeton_status client_as_user(const struct spoil *spoil, jeton_error *err) {
    jeton_client *client = dataiku(), *made = NULL;
    struct text login = exact("alice");
    jeton_status status = jeton_client_as_user(P(0, client), TEXT_AT(1, login), P(2, &made), err);
    CHECK_OUT(status, made);
    jeton_client_free(made);
    jeton_client_free(client);
    free_text(login);
    return status;
}

/* An operation that sends nothing. */
#define PURE "{\"settings\":{},\"name\":\"n\",\"value\":\"v\"}"

static jeton_status client_begin(const struct spoil *spoil, jeton_error *err) {
    jeton_client *client = dataiku();
    struct text operation = exact("add_secret"), args = exact(PURE);
    jeton_wait *wait = NULL;
    jeton_status status = jeton_client_begin(P(0, client), TEXT_AT(1, operation), TEXT_AT(2, args), 1000, P(3, &wait), err);
    jeton_client_free(client);
    free_text(operation);
    free_text(args);
    return finish_wait(status, wait);
}

static jeton_status client_call(const struct spoil *spoil, jeton_error *err) {
    jeton_client *client = dataiku();
    struct text operation = exact("add_secret"), args = exact(PURE);
    jeton_result *result = NULL;
    jeton_status status = jeton_client_call(P(0, client), TEXT_AT(1, operation), TEXT_AT(2, args), 1000, P(3, &result), err);
    jeton_client_free(client);
    free_text(operation);
    free_text(args);
    return finish_result(status, result);
}

static jeton_status client_operation(const struct spoil *spoil, jeton_error *err) {
    jeton_client *client = dataiku();
    struct text operation = exact("add_secret"), args = exact(PURE);
    jeton_operation *made = NULL;
    jeton_status status = jeton_client_operation(P(0, client), TEXT_AT(1, operation), TEXT_AT(2, args), P(3, &made), err);
    jeton_client_free(client);
    free_text(operation);
    free_text(args);
    return finish_operation(status, made);
}

static jeton_status access_new(const struct spoil *spoil, jeton_error *err) {
    struct text config = exact("{}"), settings = exact("{\"max_signed_tokens_ttl\":60}"), secret = exact("s"), environment = exact("{}");
    jeton_access *made = NULL;
    jeton_status status = jeton_access_new(TEXT_AT(0, config), TEXT_AT(1, settings), BYTES_AT(2, secret), TEXT_AT(3, environment),
                                           P(4, &made), err);
    CHECK_OUT(status, made);
    jeton_access_free(made);
    free_text(config);
    free_text(settings);
    free_text(secret);
    free_text(environment);
    return status;
}

#define REQUEST "{\"headers\":{},\"query\":{}}"

static jeton_status access_call(const struct spoil *spoil, jeton_error *err) {
    jeton_access *access = access_of("{}");
    struct text operation = exact("authenticate"), args = exact(REQUEST);
    jeton_result *result = NULL;
    jeton_status status = jeton_access_call(P(0, access), TEXT_AT(1, operation), TEXT_AT(2, args), NOW, P(3, &result), err);
    jeton_access_free(access);
    free_text(operation);
    free_text(args);
    return finish_result(status, result);
}

static jeton_status access_begin(const struct spoil *spoil, jeton_error *err) {
    jeton_access *access = access_of("{}");
    struct text operation = exact("authenticate"), args = exact(REQUEST);
    jeton_wait *wait = NULL;
    jeton_status status = jeton_access_begin(P(0, access), TEXT_AT(1, operation), TEXT_AT(2, args), NOW, 1000, P(3, &wait), err);
    jeton_access_free(access);
    free_text(operation);
    free_text(args);
    return finish_wait(status, wait);
}

static jeton_status access_operation(const struct spoil *spoil, jeton_error *err) {
    jeton_access *access = access_of("{}");
    struct text operation = exact("authenticate"), args = exact(REQUEST);
    jeton_operation *made = NULL;
    jeton_status status = jeton_access_operation(P(0, access), TEXT_AT(1, operation), TEXT_AT(2, args), NOW, P(3, &made), err);
    jeton_access_free(access);
    free_text(operation);
    free_text(args);
    return finish_operation(status, made);
}

static jeton_status allowed(const struct spoil *spoil, jeton_error *err) {
    struct text actor = exact("{\"id\":\"root\"}"), allow = exact("{\"id\":\"root\"}");
    int32_t answer = -1;
    jeton_status status = jeton_allowed(TEXT_AT(0, actor), TEXT_AT(1, allow), P(2, &answer), err);
    CHECK((status == JETON_OK) == (answer == 1));
    free_text(actor);
    free_text(allow);
    return status;
}

static jeton_status allowed_action(const struct spoil *spoil, jeton_error *err) {
    struct text actor = exact("{\"id\":\"root\"}"), action = exact("view-table"), resource = exact("[\"db\",\"t\"]");
    int32_t answer = -1;
    jeton_status status =
        jeton_allowed_action(TEXT_AT(0, actor), TEXT_AT(1, action), TEXT_AT(2, resource), P(3, &answer), err);
    CHECK((status == JETON_OK) == (answer == 1));
    free_text(actor);
    free_text(action);
    free_text(resource);
    return status;
}

static jeton_status api_key_generate(const struct spoil *spoil, jeton_error *err) {
    struct text prefix = exact("demo");
    jeton_result *result = NULL;
    jeton_status status = jeton_api_key_generate(TEXT_AT(0, prefix), P(1, &result), err);
    free_text(prefix);
    return finish_result(status, result);
}

static jeton_status api_key_check(const struct spoil *spoil, jeton_error *err) {
    struct text key = exact("nonsense");
    jeton_result *result = NULL;
    jeton_status status = jeton_api_key_check(BYTES_AT(0, key), P(1, &result), err);
    free_text(key);
    return finish_result(status, result);
}

const struct call ACCESS_CALLS[] = {
    {"jeton_operation_next", operation_next, {OF(HANDLE), OF(OUTPUT)}, JETON_ASK},
    {"jeton_operation_answer", operation_answer, {OF(HANDLE), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK)}, JETON_OK},
    {"jeton_operation_fail", operation_fail, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG)}, JETON_OK},
    {"jeton_operation_row", operation_row, {OF(HANDLE), TEXT_OR(JETON_OK)}, JETON_OK},
    {"jeton_client_new",
     client_new,
     {TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), OF(OUTPUT)},
     JETON_OK},
    {"jeton_client_as_user", client_as_user, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_client_begin", client_begin, {OF(HANDLE), TEXT_OR(JETON_E_UNSUPPORTED), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_client_call", client_call, {OF(HANDLE), TEXT_OR(JETON_E_UNSUPPORTED), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_client_operation", client_operation, {OF(HANDLE), TEXT_OR(JETON_E_UNSUPPORTED), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_access_new",
     access_new,
     {TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), OF(OUTPUT)},
     JETON_OK},
    {"jeton_access_call", access_call, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_access_begin", access_begin, {OF(HANDLE), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_access_operation", access_operation, {OF(HANDLE), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_allowed", allowed, {TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_allowed_action", allowed_action, {TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_OK), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_api_key_generate", api_key_generate, {TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_api_key_check", api_key_check, {TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {NULL, NULL, {{NONE, JETON_OK}}, JETON_OK},
};

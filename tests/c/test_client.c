/* Clients: operations that send nothing, that are sent, that are refused, and in whose name. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

static jeton_client *dataiku(const struct server *server) {
    char config[100];
    jeton_client *client = NULL;
    snprintf(config, sizeof config, "{\"host\":\"%s\"}", server_url(server));
    CHECK_OK(jeton_client_new("dataiku", 7, config, strlen(config), "{\"api_key\":\"hush-hush\"}", 23, "{}", 2, &client, NULL));
    return client;
}

static jeton_status call(const jeton_client *client, const char *operation, const char *args, jeton_result **out, jeton_error *error) {
    return jeton_client_call(client, operation, strlen(operation), args, strlen(args), 10000, out, error);
}

static void test_edits_send_nothing(void) {
    struct server *server = server_start();
    jeton_client *client = dataiku(server);
    jeton_result *result = NULL;
    CHECK_OK(call(client, "add_secret", "{\"settings\":{\"kept\":1.50},\"name\":\"db\",\"value\":\"v\"}", &result, NULL));
    CHECK(part_holds(result, "result", "\"kept\":1.50") && part_holds(result, "result", "\"name\":\"db\""));
    jeton_result_free(result);
    CHECK(server_requests(server) == 0);
    jeton_client_free(client);
    server_stop(server);
}

static void test_calls(void) {
    struct server *server = server_start();
    jeton_client *client = dataiku(server), *alice = NULL;
    jeton_result *result = NULL;
    jeton_wait *wait = NULL;
    jeton_error error;
    server_answer(server, 200, "{\"authIdentifier\":\"app\"}");
    CHECK_OK(call(client, "auth_info", "{}", &result, NULL));
    CHECK(part_holds(result, "result", "\"authIdentifier\":\"app\""));
    jeton_result_free(result);

    server_hold(server);
    CHECK_OK(jeton_client_as_user(client, "alice", 5, &alice, NULL));
    CHECK_OK(jeton_client_begin(alice, "auth_info", 9, NULL, 0, 10000, &wait, NULL));
    jeton_client_free(alice); /* What it began goes on. */
    server_wait_for(server, 2);
    CHECK_STATUS(JETON_WAIT, jeton_wait_for(wait, 0, NULL));
    server_answer(server, 403, "{\"errorType\":\"Forbidden\",\"message\":\"not with hush-hush\"}");
    CHECK_OK(jeton_wait_for(wait, 10000, NULL));
    CHECK_STATUS(JETON_E_REFUSED, jeton_wait_result(wait, &result, &error));
    CHECK(error.http_status == 403 && strcmp(error.claim, "Forbidden") == 0 && strstr(error.message, "hush-hush") == NULL);
    jeton_wait_free(wait);
    CHECK(server_requests(server) == 2);
    jeton_client_free(client);
    server_stop(server);
}

static void test_wrong_calls(void) {
    struct server *server = server_start();
    jeton_client *client = dataiku(server), *made = NULL;
    jeton_result *result = NULL;
    CHECK_STATUS(JETON_E_CONFIG, call(client, "user_settings", "{}", &result, NULL));
    CHECK_STATUS(JETON_E_CONFIG, call(client, "auth_info", "{\"unknown\":1}", &result, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_client_as_user(client, "", 0, &made, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_client_new("magic", 5, "{}", 2, "{}", 2, "{}", 2, &made, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_client_new("dataiku", 7, "{\"host\":\"https://dss.example\"}", 30, "{}", 2, "{}", 2, &made, NULL));
    CHECK(result == NULL && made == NULL && server_requests(server) == 0);
    jeton_client_free(client);
    CHECK_OK(jeton_client_new("tigergraph", 10, "{}", 2, "{}", 2, "{}", 2, &client, NULL));
    CHECK_STATUS(JETON_E_UNSUPPORTED, jeton_client_as_user(client, "alice", 5, &made, NULL));
    CHECK(made == NULL);
    jeton_client_free(client);
    server_stop(server);
}

const struct test client_tests[] = {
    {"client_edits_send_nothing", test_edits_send_nothing},
    {"client_calls", test_calls},
    {"client_wrong_calls", test_wrong_calls},
    {NULL, NULL},
};

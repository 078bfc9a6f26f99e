/* jeton.hpp on sources, clients, remote keys and who is calling: what it adds to the C functions, which are tested in C. */
#include <poll.h>

#include <cstring>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "check.h"
#include "hpp.hpp"
#include "jeton.hpp"
#include "server.h"

namespace {

static_assert(std::is_nothrow_move_constructible_v<jeton::Cache> && !std::is_copy_constructible_v<jeton::Cache>);
static_assert(moves_only<jeton::Source>);
static_assert(moves_only<jeton::TigerGraph>);
static_assert(moves_only<jeton::Dataiku>);
static_assert(moves_only<jeton::RemoteVerifier>);
static_assert(moves_only<jeton::Access>);
static_assert(moves_only<jeton::Pending<jeton::FreshToken>>);
static_assert(moves_only<jeton::Operation<std::string>>);

constexpr std::int64_t NOW = 1300819000;

/* A server that goes with its block. */
class Server {
public:
    Server() : server_(server_start()) {}
    ~Server() { server_stop(server_); }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    std::string url(const std::string &path = "") const { return server_url(server_) + path; }
    void answer(int http_status, const std::string &json) { server_answer(server_, http_status, json.c_str()); }
    void hold() { server_hold(server_); }
    void wait_for(int requests) { server_wait_for(server_, requests); }
    int requests() { return server_requests(server_); }

private:
    server *server_;
};

jeton::Source source_at(const Server &server) {
    const auto config = jeton::Object()
                            .text("kind", "oauth2")
                            .text("token_url", server.url("/token"))
                            .text("grant", "client_credentials")
                            .text("client_id", "app")
                            .json("retries", "0");
    return jeton::Source(config, R"({"client_secret":"hush-hush"})", {"{}"});
}

std::string grant(const std::string &token) {
    return jeton::Object().text("access_token", token).text("token_type", "Bearer").json("expires_in", "3600").str();
}

bool is_readable(int fd, int timeout_ms) {
    pollfd watched = {fd, POLLIN, 0};
    return poll(&watched, 1, timeout_ms) == 1;
}

bool holds(const std::string &text, const std::string &wanted) {
    return text.find(wanted) != std::string::npos;
}

void test_object() {
    CHECK(jeton::Object().str() == "{}");
    const auto object = jeton::Object()
                            .text("a\"\\", std::string_view("\0\n\x1f\x7f\xC3\xA9/", 7))
                            .json("b", jeton::Object().json("c", "[1.0]"));
    CHECK(object.str() == "{\"a\\\"\\\\\":\"\\u0000\\u000a\\u001f\x7f\xC3\xA9/\",\"b\":{\"c\":[1.0]}}");
}

void test_static() {
    const jeton::Source source(R"({"kind":"static","expires_at_s":4000000000})", R"({"token":"fixed"})");
    CHECK(source.token().text == "fixed" && source.token().expires_at_s == 4000000000);
    CHECK(source.token_at_hand().value().text == "fixed");
    CHECK(!jeton::Source(R"({"kind":"static"})", R"({"token":"fixed"})").token().expires_at_s);
    CHECK(holds(source.describe(), R"("kind":"static")"));
    CHECK(source.events().empty());
    source.close();
    source.close();
    CHECK(failure([&] { source.token(); }).status() == JETON_E_CLOSED);
    CHECK(failure([] { jeton::Source("{}"); }).status() == JETON_E_CONFIG);
}

void test_fetched() {
    Server server;
    const auto source = source_at(server);
    CHECK(!source.token_at_hand());
    const std::string first(5000, 'a'); /* More than a first guess has room for. */
    server.answer(200, grant("short"));
    CHECK(source.token().text == "short");
    server.answer(200, R"({"access_token":")" + first.substr(0, 1500) + R"(","expires_in":3600})");
    CHECK(source.refresh().text == first.substr(0, 1500));
    CHECK(source.token().text == first.substr(0, 1500));
    CHECK(source.token().expires_at_s > jeton::now());
    CHECK(source.events().size() == 2);
    CHECK(holds(source.stats(), R"("refreshes":2)"));
    CHECK(!source.invalidate("other") && source.invalidate() && !source.invalidate());
    CHECK(server.requests() == 2);
}

void test_signed() {
    const auto key = jeton::Key::from_secret("0123456789abcdef0123456789abcdef", "HS256");
    const jeton::Source source(R"({"kind":"signed","claims":{"sub":"alice"},"options":{"ttl_s":60}})", {}, {{}, &key});
    const jeton::Verifier verifier(key, R"({"algorithms":["HS256"],"any_issuer":true,"any_audience":true})");
    CHECK(holds(verifier.verify(source.token().text), R"("sub":"alice")"));
}

void test_refused() {
    Server server;
    const auto source = source_at(server);
    server.answer(400, R"({"error":"invalid_grant"})");
    const auto error = failure([&] { source.token(); });
    CHECK(error.status() == JETON_E_REFUSED && error.http_status() == 400);
    CHECK(error.code() == "invalid_grant" && error.claim().empty());
}

void test_pending() {
    Server server;
    const auto source = source_at(server);
    const auto pending = source.begin_token(), given_up = source.begin_token();
    const auto hasty = source.begin_token(jeton::Timeout(5));
    server.wait_for(1);
    CHECK(!pending.poll() && !pending.wait_for(jeton::Timeout(0)) && !pending.wait_for(jeton::Timeout(-1)));
    CHECK(!is_readable(pending.fd(), 0));
    std::thread([&] { given_up.cancel(); }).join();
    CHECK(failure([&] { given_up.get(); }).status() == JETON_E_CANCELLED);
    CHECK(failure([&] { hasty.get(); }).status() == JETON_E_TIMEOUT);
    CHECK(failure([&] { source.token(jeton::Timeout(5)); }).status() == JETON_E_TIMEOUT);
    server.answer(200, grant("first"));
    CHECK(is_readable(pending.fd(), 10000));
    CHECK(pending.get().text == "first" && pending.poll()->text == "first");
    CHECK(server.requests() == 1);
}

void test_default_source() {
    std::vector<std::shared_ptr<const jeton::Source>> made(20);
    std::vector<std::thread> threads;
    for (auto &one : made) {
        threads.emplace_back([&one] { one = jeton::default_source(); });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    for (const auto &one : made) {
        CHECK(one != nullptr && one == made[0]);
    }
    CHECK(made[0]->describe().find("\"descarteslabs\"") != std::string::npos);
    const auto source = std::make_shared<const jeton::Source>(R"({"kind":"static"})", R"({"token":"fixed"})");
    jeton::set_default_source(source);
    CHECK(jeton::default_source()->token().text == "fixed");
    jeton::set_default_source(nullptr);
    const auto next = jeton::default_source();
    CHECK(next != nullptr && next != made[0] && next != source);
    jeton::set_default_source(nullptr);
}

void test_host_driven() {
    constexpr std::int64_t now_ms = NOW * 1000;
    const jeton::Cache cache(R"({"driven_by":"host"})");
    const jeton::Source source(
        R"({"kind":"oauth2","token_url":"https://id.example/token","grant":"client_credentials","client_id":"app","retries":0})",
        R"({"client_secret":"hush-hush"})", {"{}", nullptr, &cache});
    CHECK(std::get<jeton::Idle>(cache.poll(now_ms)).next_due_ms == INT64_MAX);
    const auto pending = source.begin_token(jeton::DEFAULT_TIMEOUT, now_ms);
    auto lease = std::get<jeton::Lease>(cache.poll(now_ms));
    CHECK(lease.exchange.method == "POST" && lease.exchange.url == "https://id.example/token");
    CHECK(holds(lease.exchange.body.value(), "grant_type=client_credentials") && holds(lease.exchange.headers, "uthorization"));
    cache.answer(lease.id, 200, R"({"Content-Type":"application/json"})", grant("first"), now_ms);
    CHECK(pending.get().text == "first");
    CHECK(source.token_at_hand(now_ms)->text == "first");

    source.invalidate({}, now_ms);
    CHECK(!source.token_at_hand(now_ms));
    lease = std::get<jeton::Lease>(cache.poll(now_ms));
    cache.fail(lease.id, "dropped", now_ms);
    CHECK(failure([&] { source.token_at_hand(now_ms); }).status() == JETON_E_UNAVAILABLE);
}

void test_clients() {
    Server server;
    const jeton::Dataiku app(jeton::Object().text("host", server.url()), R"({"api_key":"k"})");
    const auto alice = app.as_user("alice");
    CHECK(holds(alice.add_secret(jeton::Object().json("settings", "{}").text("name", "db").text("value", "v")), R"("name":"db")"));
    server.answer(200, R"({"authIdentifier":"alice"})");
    CHECK(alice.auth_info() == R"({"authIdentifier":"alice"})");
    CHECK(alice.begin("auth_info").get() == R"({"authIdentifier":"alice"})");
    CHECK(server.requests() == 2);

    const jeton::TigerGraph graph(R"({"restpp_url":"https://tg.example","gs_url":"https://tg.example","version":"4.1.3"})");
    CHECK(failure([&] { graph.refresh_token(R"({"secret":"s","token":"t"})"); }).status() == JETON_E_UNSUPPORTED);
    const auto operation = graph.operation("get_token", R"({"secret":"s"})");
    const auto exchange = std::get<jeton::Exchange>(operation.next(NOW * 1000));
    CHECK(exchange.method == "POST" && exchange.url == "https://tg.example/gsql/v1/tokens");
    operation.answer(200, "{}", R"({"error":false,"token":"T","expiration":"2030-01-01 00:00:00"})");
    CHECK(holds(std::get<2>(operation.next(NOW * 1000)), R"("token":"T")"));
}

void test_remote_verifier() {
    Server server;
    const jeton::GeneratedKey generated("ES256");
    const jeton::Signer signer(jeton::Key::from_jwk(generated.private_jwk()), R"({"issuer":"joe","ttl_s":60})");
    const auto issuer = jeton::Object()
                            .text("issuer", "joe")
                            .text("jwks_url", server.url("/keys"))
                            .json("algorithms", R"(["ES256"])")
                            .json("any_audience", "true");
    const jeton::RemoteVerifier verifier("[" + issuer.str() + "]");
    const auto token = signer.sign(R"({"sub":"alice"})");
    CHECK(!verifier.open_at_hand(token));
    CHECK(holds(verifier.stats(), R"([{"issuer":"joe",)") && holds(verifier.stats(), R"("keys":null,"refreshes":0)"));
    server.answer(200, R"({"keys":[)" + std::string(*generated.public_jwk()) + "]}");
    CHECK(holds(verifier.open(token).claims.value(), R"("sub":"alice")"));
    CHECK(verifier.open_at_hand(token)->claims == verifier.begin_open(token).get().claims);
    CHECK(server.requests() == 1);
    CHECK(holds(verifier.stats(), R"("keys":1,"refreshes":1,"failures":{},"last_failure":null,"is_stale":false}])"));
    CHECK(failure([&] { verifier.open(token.substr(0, token.rfind('.') + 1)); }).status() == JETON_E_SIGNATURE);
    CHECK(failure([&] { verifier.open_at_hand("nonsense"); }).status() == JETON_E_MALFORMED);
    CHECK(failure([&] { verifier.begin_open(jeton::Signer(jeton::Key::from_jwk(generated.private_jwk())).sign("{}")).get(); }).status() >=
          JETON_E_CLAIM_MISSING);
}

void test_access() {
    const jeton::Access access("{}", {}, "hush", "{}");
    const auto signed_token = access.sign_token(R"({"actor_id":"alice"})", NOW);
    const auto token = signed_token.substr(10, signed_token.size() - 12); /* {"token":"…"} */
    const auto request = [](std::string_view authorization) {
        return jeton::Object().json("headers", jeton::Object().text("authorization", authorization)).json("query", "{}").str();
    };
    const auto caller = access.authenticate(request("Bearer " + token), NOW);
    CHECK(holds(caller.actor.value(), R"("id":"alice")") && holds(caller.challenge, "insufficient_scope") && holds(caller.answer, "dstok"));
    CHECK(access.begin_authenticate(request("Bearer " + token), jeton::DEFAULT_TIMEOUT, NOW).get().actor == caller.actor);
    const auto nobody = access.authenticate(request("Bearer x"), NOW);
    CHECK(!nobody.actor && nobody.challenge == R"(Bearer error="invalid_token")");
    CHECK(failure([&] { access.list_tokens(); }).status() >= JETON_E_CONFIG);

    CHECK(jeton::allowed(*caller.actor, R"({"id":"alice"})") && !jeton::allowed("null", R"({"id":"alice"})"));
    CHECK(jeton::allowed_action(*caller.actor, "view-instance"));
    CHECK(!jeton::allowed_action(R"({"id":"a","_r":{"a":["vd"]}})", "view-instance"));
}

void test_rows() {
    const jeton::Access access(R"({"query":{"sql":"select secret as token_secret, name as actor_id from t where id = :token_id"}})",
                               R"({"databases":{"d":null}})", {}, "{}");
    constexpr auto request = R"({"headers":{"authorization":"Bearer 7-abc"},"query":{}})";
    CHECK(access.asks_rows() && !jeton::Access("{}", {}, {}, "{}").asks_rows());
    CHECK(failure([&] { access.begin_authenticate(request).get(); }).status() == JETON_E_CONFIG);
    for (const bool known : {true, false}) {
        const auto operation = access.operation_authenticate(request, NOW);
        const auto query = std::get<jeton::Query>(operation.next(NOW * 1000));
        CHECK(query.database == "d" && query.parameters == R"({"token_id":"7"})" && holds(query.sql, "from t"));
        operation.row(known ? std::optional<std::string_view>(R"({"token_secret":"abc","actor_id":"alice"})") : std::nullopt);
        CHECK(std::get<jeton::Caller>(operation.next(NOW * 1000)).actor.has_value() == known);
    }
}

void test_api_keys() {
    const auto key = jeton::generate_api_key("demo");
    const auto checked = jeton::check_api_key(key.text);
    CHECK(checked && checked->prefix == "demo" && checked->digest == key.digest && key.digest.size() == 32);
    CHECK(!jeton::check_api_key(key.text + "x"));
    CHECK(failure([] { jeton::generate_api_key("D"); }).status() == JETON_E_CONFIG);
}

void test_stop() {
    Server server;
    server.answer(200, grant("first"));
    CHECK(source_at(server).token().text == "first");
    jeton::stop_runtime();
    CHECK(source_at(server).token().text == "first");
}

}  // namespace

const test hpp_source_tests[] = {
    {"hpp_object", test_object},
    {"hpp_static", test_static},
    {"hpp_fetched", test_fetched},
    {"hpp_signed", test_signed},
    {"hpp_refused", test_refused},
    {"hpp_pending", test_pending},
    {"hpp_default_source", test_default_source},
    {"hpp_host_driven", test_host_driven},
    {"hpp_clients", test_clients},
    {"hpp_remote_verifier", test_remote_verifier},
    {"hpp_access", test_access},
    {"hpp_rows", test_rows},
    {"hpp_api_keys", test_api_keys},
    {"hpp_stop", test_stop},
    {nullptr, nullptr},
};

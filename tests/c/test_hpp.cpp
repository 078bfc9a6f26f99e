/* jeton.hpp: what it adds to the C functions. The functions themselves are tested in C. */
#include <cstring>
#include <thread>
#include <type_traits>

#include "check.h"
#include "hpp.hpp"
#include "jeton.hpp"

namespace {

int failed_checks = 0;

static_assert(moves_only<jeton::Key>);
static_assert(moves_only<jeton::GeneratedKey>);
static_assert(moves_only<jeton::Signer>);
static_assert(moves_only<jeton::ExternalSigner>);
static_assert(moves_only<jeton::Verifier>);
static_assert(moves_only<jeton::Vizzly>);
static_assert(std::is_base_of_v<std::runtime_error, jeton::Error>);
static_assert(std::is_nothrow_copy_constructible_v<jeton::Error>);

/* A view into a GeneratedKey that is gone at the end of the line does not compile; one into a variable does. */
template <class K, class = void>
constexpr bool gives_views = false;
template <class K>
constexpr bool gives_views<K, std::void_t<decltype(std::declval<K>().private_jwk())>> = true;
static_assert(gives_views<const jeton::GeneratedKey &>);
static_assert(!gives_views<jeton::GeneratedKey>);

constexpr std::int64_t NOW = 1300819000;
constexpr std::string_view SECRET = "0123456789abcdef0123456789abcdef";
constexpr std::string_view POLICY = R"({"algorithms":["HS256"],"any_issuer":true,"any_audience":true})";

jeton::Key secret_key() {
    return jeton::Key::from_secret(SECRET, "HS256");
}

void test_sign_and_verify() {
    const auto key = secret_key();
    const jeton::Signer signer(key, R"({"ttl_s":60,"kid":"k"})");
    const jeton::Verifier verifier(key, POLICY);
    const auto token = signer.sign(R"({"sub":"alice"})", NOW);
    CHECK(verifier.verify(token, NOW) == R"({"sub":"alice","iat":1300819000,"exp":1300819060})");
    const auto opened = verifier.open(token, NOW);
    CHECK(opened.header.find(R"("kid":"k")") != std::string::npos);
    CHECK(opened.claims == verifier.verify(token, NOW));
    CHECK(!opened.payload);
    const auto unverified = jeton::inspect_unverified(token);
    CHECK(unverified.claims == opened.claims && unverified.header == opened.header);
}

void test_the_clock_is_the_default() {
    const auto key = secret_key();
    const jeton::Signer signer(key, R"({"ttl_s":3600})");
    const jeton::Verifier verifier(key, POLICY);
    verifier.verify(signer.sign("{}"));
    verifier.verify(signer.sign("{}", jeton::now()));
    CHECK(failure([&] { verifier.verify(signer.sign("{}", NOW)); }).status() == JETON_E_EXPIRED);
}

void test_bytes() {
    const auto key = secret_key();
    const std::string payload("\0\xFF{\0", 4);
    const auto token = jeton::Signer(key).sign_bytes(payload);
    const jeton::Verifier verifier(key, R"({"algorithms":["HS256"],"payload":"bytes"})");
    CHECK(verifier.verify(token) == payload);
    CHECK(verifier.open(token).payload == payload && !verifier.open(token).claims);
    const auto empty = jeton::Signer(key).sign_bytes({});
    CHECK(verifier.open(empty).payload == "");
}

void test_error() {
    const auto key = secret_key();
    const auto token = jeton::Signer(key, R"({"ttl_s":60})").sign("{}", NOW);
    const auto error = failure([&] { jeton::Verifier(key, POLICY).verify(token, NOW + 60); });
    CHECK(error.status() == JETON_E_EXPIRED);
    CHECK(std::strcmp(error.status_name(), "EXPIRED") == 0);
    CHECK(error.claim() == "exp");
    CHECK(error.http_status() == 0);
    CHECK(!error.message().empty());
    CHECK(error.what() == "EXPIRED: " + std::string(error.message()));
    CHECK(failure([&] { jeton::Verifier(key, "{}"); }).claim().empty());
    CHECK(failure([&] { jeton::Key::from_pem("no key"); }).status() == JETON_E_KEY);
}

/* The statuses of the header, as the Makefile reads them there: none of them may arrive as UNKNOWN. */
constexpr struct {
    const char *name;
    jeton_status number;
} STATUSES[] = {
#include "statuses.inc"
};

void test_every_status_has_a_name() {
    jeton_error error{};
    for (const auto &status : STATUSES) {
        error.status = status.number;
        CHECK(jeton::Error(error).status_name() == std::string(status.name));
    }
    error.status = 12345;
    CHECK(jeton::Error(error).status_name() == std::string("UNKNOWN"));
}

void test_batch() {
    const auto key = secret_key();
    const auto token = jeton::Signer(key, R"({"ttl_s":60})").sign(R"({"sub":"alice"})", NOW);
    const jeton::Verifier verifier(key, POLICY);
    const auto results = verifier.verify_batch({token, "nonsense", std::string_view(token).substr(0, token.size() - 3), {}}, NOW);
    CHECK(results.size() == 4);
    CHECK(std::get<jeton::Verified>(results[0]).claims == verifier.verify(token, NOW));
    CHECK(std::get<jeton::Error>(results[1]).status() == JETON_E_MALFORMED);
    CHECK(std::get<jeton::Error>(results[2]).status() == JETON_E_SIGNATURE);
    CHECK(std::get<jeton::Error>(results[3]).status() == JETON_E_MALFORMED);
    CHECK(verifier.verify_batch({}).empty());
}

void test_keys() {
    const jeton::GeneratedKey generated("ES256");
    const auto key = jeton::Key::from_jwk(generated.private_jwk());
    const auto description = key.describe();
    CHECK(description.kty == "EC" && description.algorithm == "ES256" && description.is_private);
    CHECK(description.kid == description.thumbprint);
    const auto half = key.public_key();
    CHECK(half.pem == generated.public_pem());
    CHECK(!jeton::Key::from_pem(*half.pem).describe().is_private);
    CHECK(jeton::Key::from_jwk(*half.jwk).describe().thumbprint == description.thumbprint);
    const auto set = jeton::Key::from_jwks(half.jwks);
    CHECK(failure([&] { set.describe(); }).status() == JETON_E_KEY);
    CHECK(jeton::Key::from_pem(*generated.private_pem()).describe().is_private);
    const jeton::GeneratedKey secret("HS256");
    CHECK(!secret.public_jwk() && !secret.private_pem() && !secret.public_pem());
    CHECK(!jeton::Key::from_secret(SECRET).describe().algorithm);
    CHECK(failure([] { jeton::GeneratedKey("RS256"); }).status() == JETON_E_KEY_UNSUPPORTED);
}

/* What an HMAC signer signs is what its external twin asks to be signed. */
void test_external_signer() {
    const auto key = secret_key();
    const jeton::ExternalSigner external(key);
    const auto token = jeton::Signer(key).sign(R"({"sub":"alice"})", NOW);
    const auto input = external.begin(R"({"sub":"alice"})", NOW);
    CHECK(token.substr(0, token.rfind('.')) == input);
    CHECK(failure([&] { external.finish(input, std::string(32, '\0')); }).status() == JETON_E_SIGNATURE);
    CHECK(external.begin_bytes("x").rfind("eyJ", 0) == 0);
}

void test_moves() {
    auto key = secret_key();
    jeton::Signer signer(key);
    const auto moved_key = std::move(key);
    const auto moved_signer = std::move(signer);
    CHECK(moved_signer.sign("{}", NOW) == jeton::Signer(moved_key).sign("{}", NOW));
    /* What was moved from is empty: the library says so, and no memory is touched. */
    CHECK(key.get() == nullptr && signer.get() == nullptr);
    CHECK(failure([&] { signer.sign("{}", NOW); }).status() == JETON_E_NULL);
    CHECK(failure([&] { key.describe(); }).status() == JETON_E_NULL);
    key = secret_key();
    CHECK(key.describe().kty == "oct");
}

void test_vizzly() {
    const jeton::GeneratedKey generated("ES256");
    const auto key = jeton::Key::from_jwk(generated.private_jwk());
    const std::string dashboard = R"({"expiry_ttl_in_minutes":20,"project_id":"p","user_reference":"u"})";
    const std::string data = R"({"expiry_ttl_in_minutes":20,"data_set_ids":"*","secure_filters":{}})";
    const std::string query_engine = R"({"expiry_ttl_in_minutes":20,"allow_data_preview_access":true,"allow_database_schema_access":true})";
    const jeton::Vizzly vizzly(key);
    const auto verifier = jeton::Vizzly::verifier(key);
    const auto identity = vizzly.identity("{\"dashboard\":" + dashboard + ",\"data\":" + data + "}");
    CHECK(identity.json == "{\"dashboardAccessToken\":\"" + identity.dashboard + "\",\"dataAccessToken\":\"" + *identity.data + "\"}");
    CHECK(!identity.query_engine);
    verifier.verify(*identity.data);
    verifier.verify(vizzly.dashboard(dashboard));
    verifier.verify(vizzly.data(data));
    verifier.verify(vizzly.query_engine(query_engine));
    CHECK(failure([&] { verifier.verify(vizzly.data(data, NOW)); }).claim() == "expires");
}

void test_panic() {
    CHECK(failure([] { jeton::testing_panic(); }).status() == JETON_E_PANIC);
    test_sign_and_verify();
}

void test_threads() {
    const auto key = secret_key();
    const jeton::Signer signer(key, R"({"ttl_s":60})");
    const jeton::Verifier verifier(key, POLICY);
    std::vector<std::thread> threads;
    std::vector<int> expired(4);
    for (auto &count : expired) {
        threads.emplace_back([&signer, &verifier, &count] {
            for (int i = 0; i < 200; i++) {
                const auto token = signer.sign("{}", NOW);
                verifier.verify(token, NOW);
                count += failure([&] { verifier.verify(token, NOW + 60); }).status() == JETON_E_EXPIRED;
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    CHECK(expired == std::vector<int>(4, 200));
}

void test_version() {
    CHECK(jeton::version() == CARGO_VERSION);
    CHECK(jeton::abi_version() == JETON_ABI_VERSION);
    jeton::require_abi();
}

constexpr test TESTS[] = {
    {"hpp_sign_and_verify", test_sign_and_verify},
    {"hpp_the_clock_is_the_default", test_the_clock_is_the_default},
    {"hpp_bytes", test_bytes},
    {"hpp_error", test_error},
    {"hpp_every_status_has_a_name", test_every_status_has_a_name},
    {"hpp_batch", test_batch},
    {"hpp_keys", test_keys},
    {"hpp_external_signer", test_external_signer},
    {"hpp_moves", test_moves},
    {"hpp_vizzly", test_vizzly},
    {"hpp_panic", test_panic},
    {"hpp_threads", test_threads},
    {"hpp_version", test_version},
    {nullptr, nullptr},
};

}  // namespace

void check_failed(const char *file, int line, const char *what) {
    failed_checks++;
    std::fprintf(stderr, "%s:%d: %s\n", file, line, what);
}

int main() {
    int passed = 0, failed = 0;
    for (const auto *tests : {TESTS, hpp_source_tests}) {
        for (const auto *test = tests; test->name != nullptr; test++) {
            const int before = failed_checks;
            try {
                test->run();
            } catch (const std::exception &error) {
                check_failed(test->name, 0, error.what());
            }
            (failed_checks == before ? passed : failed)++;
        }
    }
    jeton::stop_runtime(); /* Valgrind would count the memory of its threads. */
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

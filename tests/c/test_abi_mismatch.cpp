/* jeton.hpp beside a library of another ABI, played by the three functions below: no handle is ever made. */
#include <cstdio>
#include <string>

#include "jeton.hpp"

extern "C" const char *jeton_version(void) {
    return "9.9.9";
}

extern "C" std::uint32_t jeton_abi_version(void) {
    return JETON_ABI_VERSION + 1;
}

template <class Body>
static bool refuses(Body body) {
    try {
        body();
    } catch (const jeton::AbiMismatch &error) {
        return std::string(error.what()).find("9.9.9") != std::string::npos;
    }
    return false;
}

int main() {
    const bool good = refuses([] { jeton::Key::from_pem(""); }) && refuses([] { jeton::Key::from_der(""); }) &&
                      refuses([] { jeton::Key::from_jwk(""); }) && refuses([] { jeton::Key::from_jwks(""); }) &&
                      refuses([] { jeton::Key::from_secret(""); }) && refuses([] { jeton::GeneratedKey("ES256"); }) &&
                      refuses([] { jeton::inspect_unverified(""); }) && refuses([] { jeton::require_abi(); }) &&
                      refuses([] { jeton::Cache(); }) && refuses([] { jeton::Source(""); }) && refuses([] { jeton::Dataiku(""); }) &&
                      refuses([] { jeton::TigerGraph(""); }) && refuses([] { jeton::RemoteVerifier(""); }) &&
                      refuses([] { jeton::Access(""); }) && refuses([] { jeton::allowed("", ""); }) &&
                      refuses([] { jeton::allowed_action("", ""); }) && refuses([] { jeton::generate_api_key(""); }) &&
                      refuses([] { jeton::check_api_key(""); });
    std::puts(good ? "1 passed, 0 failed" : "0 passed, 1 failed");
    return good ? 0 : 1;
}

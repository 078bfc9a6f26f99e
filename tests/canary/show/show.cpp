// Prints every failure of the C++ binding; its other objects have nothing that prints them.
#include <cstdio>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include <jeton.hpp>

static std::map<std::string, std::string> input;

static void read_input() {
    for (const char *name : {"secret", "pem", "jwk", "jwks", "policy", "options", "token", "expired", "forged", "wrong_policy"}) {
        std::string line;
        std::getline(std::cin, line);
        for (size_t at = line.find("\\n"); at != std::string::npos; at = line.find("\\n", at)) {
            line.replace(at, 2, "\n");
        }
        input[name] = line;
    }
}

template <typename Call> static void failure(Call call) {
    try {
        call();
    } catch (const jeton::Error &error) {
        std::cout << error.what() << '\n' << error.status() << ' ' << jeton_status_name(error.status()) << ' ' << error.claim() << '\n';
        return;
    } catch (const std::exception &error) {
        std::cout << error.what() << "\n\n";
        return;
    }
    throw std::runtime_error("that was no failure");
}

int main() {
    read_input();
    const std::string &secret = input["secret"];
    const int64_t now = 1800000000;
    const auto key = jeton::Key::from_secret(secret, "HS256");
    const auto pair = jeton::Key::from_pem(input["pem"]);
    const auto set = jeton::Key::from_jwks(input["jwks"]);
    const jeton::Signer signer(key, input["options"]);
    const jeton::ExternalSigner external(pair, input["options"]);
    const jeton::Verifier verifier(set, input["policy"]);
    const jeton::Vizzly vizzly(pair);
    failure([&] { verifier.verify(input["expired"], now); });
    failure([&] { verifier.verify(input["forged"], now); });
    failure([&] { verifier.verify(secret, now); });
    failure([&] { verifier.open(secret, now); });
    failure([&] { jeton::Verifier(key, input["wrong_policy"]); });
    failure([&] { jeton::Verifier(key, secret); });
    failure([&] { jeton::Signer(key, secret); });
    failure([&] { signer.sign(secret, now); });
    failure([&] { signer.sign("{\"iss\":\"" + secret + "\"}", now); });
    failure([&] { external.finish(secret, secret); });
    failure([&] { jeton::Key::from_pem(secret); });
    failure([&] { jeton::Key::from_der(secret); });
    failure([&] { jeton::Key::from_jwk(secret); });
    failure([&] { jeton::Key::from_secret(secret, secret); });
    failure([&] { jeton::Key::from_secret(secret, "HS512"); });
    failure([&] { vizzly.dashboard(secret, now); });
    jeton_error error;
    if (jeton_testing_panic(&error) == JETON_E_PANIC) {
        std::cout << jeton_status_name(error.status) << ' ' << error.claim << ' ' << error.message << '\n';
    }
}

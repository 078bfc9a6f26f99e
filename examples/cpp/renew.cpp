// A source that renews itself while callers go on: renew TOKEN_URL
//
// token_at_hand() never waits: while a new token is fetched it gives the old one.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <jeton.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Caller {
    int calls = 0;
    int failed = 0;
    std::set<std::string> tokens;
    Clock::duration longest{};
};

// Asks for the token every millisecond, as a server does that makes a call for each request.
static void call(const jeton::Source &source, Caller &caller) {
    const auto end = Clock::now() + 6s;
    for (auto start = Clock::now(); start < end; start = Clock::now()) {
        const auto token = source.token_at_hand();
        caller.longest = std::max(caller.longest, Clock::now() - start);
        caller.calls++;
        if (token) {
            caller.tokens.insert(token->text);
        } else {
            caller.failed++;
        }
        std::this_thread::sleep_for(1ms);
    }
}

int main(int argc, char **argv) try {
    if (argc != 2) {
        std::fputs("usage: renew TOKEN_URL\n", stderr);
        return 1;
    }
    const std::string url = argv[1];
    const jeton::Source source(R"({"kind":"oauth2","grant":"client_credentials","client_id":"me","leeway_s":1,"token_url":")" + url + "\"}",
                               R"({"client_secret":"only for this example"})");
    source.token(); // The first one has to be waited for.

    std::array<Caller, 8> callers;
    std::vector<std::thread> threads;
    for (auto &caller : callers) {
        threads.emplace_back([&] { call(source, caller); });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    Caller all;
    for (auto &caller : callers) {
        all.calls += caller.calls;
        all.failed += caller.failed;
        all.tokens.merge(caller.tokens);
        all.longest = std::max(all.longest, caller.longest);
    }
    const double longest_ms = std::chrono::duration<double, std::milli>(all.longest).count();
    std::printf("%d calls, %d failed, %zu tokens; the longest call took %.1f ms\n", all.calls, all.failed, all.tokens.size(), longest_ms);
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}

// Answers as a Vizzly identity endpoint does, then checks each token of the answer: identity KEY.pem
#include <fstream>
#include <iostream>
#include <iterator>
#include <jeton.hpp>

constexpr auto ARGS = R"({
    "dashboard": {"expiry_ttl_in_minutes": 60, "project_id": "prj_demo", "user_reference": "alice"},
    "data": {"expiry_ttl_in_minutes": 20, "data_set_ids": "*", "secure_filters": {}, "parameters": {}},
    "query_engine": {"expiry_ttl_in_minutes": 20, "allow_data_preview_access": true, "allow_database_schema_access": true}
})";

int main(int argc, char **argv) try {
    std::ifstream file(argc == 2 ? argv[1] : "");
    const std::string pem(std::istreambuf_iterator<char>(file), {});
    if (!file) {
        std::cerr << "usage: identity KEY.pem\n";
        return 2;
    }
    const auto key = jeton::Key::from_pem(pem);
    const auto identity = jeton::Vizzly(key).identity(ARGS);
    std::cout << identity.json << '\n';

    const auto verifier = jeton::Vizzly::verifier(key);
    std::cout << "dashboardAccessToken: " << verifier.verify(identity.dashboard) << '\n';
    std::cout << "dataAccessToken: " << verifier.verify(identity.data.value()) << '\n';
    std::cout << "queryEngineAccessToken: " << verifier.verify(identity.query_engine.value()) << '\n';
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
}

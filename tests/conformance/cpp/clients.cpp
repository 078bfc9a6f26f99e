/* Clients of TigerGraph and Dataiku. */
#include <map>
#include <string>
#include <variant>

#include "answer.hpp"
#include "ops.hpp"

namespace {

Names<std::variant<jeton::TigerGraph, jeton::Dataiku>> clients;

template <class Vendor>
using Operations = std::map<std::string, std::string (Vendor::*)(std::string_view, jeton::Timeout) const>;

const Operations<jeton::TigerGraph> TIGERGRAPH = {
    {"get_token", &jeton::TigerGraph::get_token},
    {"refresh_token", &jeton::TigerGraph::refresh_token},
    {"delete_token", &jeton::TigerGraph::delete_token},
    {"check_token", &jeton::TigerGraph::check_token},
    {"get_version", &jeton::TigerGraph::get_version},
    {"get_secrets", &jeton::TigerGraph::get_secrets},
    {"create_secret", &jeton::TigerGraph::create_secret},
    {"drop_secret", &jeton::TigerGraph::drop_secret},
};

const Operations<jeton::Dataiku> DATAIKU = {
    {"auth_info", &jeton::Dataiku::auth_info},
    {"auth_info_from_browser_headers", &jeton::Dataiku::auth_info_from_browser_headers},
    {"ticket_from_browser_headers", &jeton::Dataiku::ticket_from_browser_headers},
    {"own_settings", &jeton::Dataiku::own_settings},
    {"user_settings", &jeton::Dataiku::user_settings},
    {"save_own_settings", &jeton::Dataiku::save_own_settings},
    {"save_user_settings", &jeton::Dataiku::save_user_settings},
    {"add_secret", &jeton::Dataiku::add_secret},
    {"remove_secret", &jeton::Dataiku::remove_secret},
    {"set_user_property", &jeton::Dataiku::set_user_property},
    {"set_basic_connection_credential", &jeton::Dataiku::set_basic_connection_credential},
    {"remove_connection_credential", &jeton::Dataiku::remove_connection_credential},
    {"set_basic_plugin_credential", &jeton::Dataiku::set_basic_plugin_credential},
    {"set_oauth2_plugin_credential", &jeton::Dataiku::set_oauth2_plugin_credential},
    {"remove_plugin_credential", &jeton::Dataiku::remove_plugin_credential},
};

/* Calls the method of the vendor's class that has the operation's name. */
template <class Vendor>
std::string call(const Vendor &client, const Operations<Vendor> &operations, const std::string &name, const Request &request) {
    const auto operation = operations.find(name);
    if (operation == operations.end()) {
        throw Refusal{"UNSUPPORTED_OP", "the vendor has no such operation"};
    }
    return (client.*operation->second)(request.may_json("args"), request.timeout());
}

void op_client_open(const Request &request, span id) {
    const auto vendor = request.text("vendor");
    const auto config = request.json("config");
    const auto secrets = request.may_json("secrets"), environment = request.may_json("environment");
    clients.open(request, "client", [&]() -> std::variant<jeton::TigerGraph, jeton::Dataiku> {
        if (vendor == "dataiku") {
            return jeton::Dataiku(config, secrets, environment);
        }
        if (vendor == "tigergraph") {
            return jeton::TigerGraph(config, secrets, environment);
        }
        throw Refusal{"CONFIG", "vendor: no class of this binding"};
    });
    const Ok ok(id);
}

void op_client_as_user(const Request &request, span id) {
    const auto *parent = std::get_if<jeton::Dataiku>(&clients.find(request, "client"));
    const auto login = request.text("login");
    clients.open(request, "as", [&] {
        if (parent == nullptr) {
            throw Refusal{"UNSUPPORTED", "the vendor's class has no such method"};
        }
        return parent->as_user(login);
    });
    const Ok ok(id);
}

void op_client_call(const Request &request, span id) {
    const auto &client = clients.find(request, "client");
    const auto operation = request.text("operation");
    const auto *dataiku = std::get_if<jeton::Dataiku>(&client);
    const auto result = dataiku != nullptr ? call(*dataiku, DATAIKU, operation, request)
                                           : call(std::get<jeton::TigerGraph>(client), TIGERGRAPH, operation, request);
    const Ok ok(id);
    put_name("result", "");
    put_json(stdout, as_span(result));
}

void op_client_close(const Request &request, span id) {
    clients.close(request, "client");
    const Ok ok(id);
}

}  // namespace

const std::map<std::string, Op> CLIENT_OPS = {
    {"client.open", op_client_open},
    {"client.as_user", op_client_as_user},
    {"client.call", op_client_call},
    {"client.close", op_client_close},
};

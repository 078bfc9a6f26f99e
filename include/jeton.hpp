/**
 * @file
 * Jeton for C++17: handles that free themselves, std::string_view in, std::string out, exceptions.
 *
 * Header only, over jeton.h. Every class owns one handle of the library and can be moved, not copied. Unless it says otherwise, any
 * number of threads may call const members of one object at once, as long as it lives. Signers and verifiers read no clock:
 * functions that depend on time take Unix seconds, and jeton::now() is their default. Sources, clients and remote verifiers run on the
 * clock of the library's runtime.
 *
 * Policies, options, claims, configs and arguments are JSON texts; jeton.h lists their members, and jeton::Object writes such where a
 * literal will not do. Bytes (DER, payloads, signatures, secrets) travel as std::string_view and std::string too. Every failure is a
 * jeton::Error.
 */
#ifndef JETON_HPP
#define JETON_HPP

#include "jeton/access.hpp"
#include "jeton/base.hpp"
#include "jeton/cache.hpp"
#include "jeton/client.hpp"
#include "jeton/object.hpp"
#include "jeton/pending.hpp"
#include "jeton/remote_verifier.hpp"
#include "jeton/source.hpp"
#include "jeton/token.hpp"
#include "jeton/vizzly.hpp"

#endif

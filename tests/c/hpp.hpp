/* What the tests of jeton.hpp share. */
#ifndef HPP_HPP
#define HPP_HPP

#include <type_traits>

#include "check.h"
#include "jeton.hpp"

template <class T>
constexpr bool moves_only = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> && !std::is_copy_constructible_v<T> &&
                            !std::is_copy_assignable_v<T> && !std::is_default_constructible_v<T>;

/* Runs something that must fail and returns how. */
template <class Body>
jeton::Error failure(Body body) {
    try {
        body();
    } catch (const jeton::Error &error) {
        return error;
    }
    CHECK(!"no jeton::Error was thrown");
    return jeton::Error(jeton_error{});
}

/* The last one has no name. */
extern const test hpp_source_tests[];

#endif

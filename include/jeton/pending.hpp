/**
 * @file
 * Waiting: for a thread, or for an event loop.
 */
#ifndef JETON_PENDING_HPP
#define JETON_PENDING_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base.hpp"

namespace jeton {

/** How long a call waits. */
using Timeout = std::chrono::milliseconds;

/** How long a call waits that is not told. */
constexpr Timeout DEFAULT_TIMEOUT = std::chrono::seconds(30);

namespace detail {

/** A timeout as the C functions take it; one that is negative has passed. */
inline std::uint64_t milliseconds(Timeout timeout) noexcept {
    return timeout.count() < 0 ? 0 : static_cast<std::uint64_t>(timeout.count());
}

/** The result, if it is there. */
inline Handle<jeton_result> poll(const Handle<jeton_wait> &wait) {
    jeton_result *result = nullptr;
    jeton_error error;
    const auto status = jeton_wait_result(wait.get(), &result, &error);
    if (status != JETON_OK && status != JETON_WAIT) {
        throw Error(error);
    }
    return Handle<jeton_result>(result);
}

/** Whether the result is there, or comes in time. */
inline bool wait_for(const Handle<jeton_wait> &wait, Timeout timeout) {
    jeton_error error;
    const auto status = jeton_wait_for(wait.get(), milliseconds(timeout), &error);
    if (status != JETON_OK && status != JETON_WAIT) {
        throw Error(error);
    }
    return status == JETON_OK;
}

/** Waits for the result. */
inline Handle<jeton_result> wait(const Handle<jeton_wait> &wait) {
    wait_for(wait, Timeout::max());
    return poll(wait);
}

}  // namespace detail

/**
 * The result of something that takes time. A thread calls get(); an event loop watches fd(), and calls get() when that is readable.
 * One thread at a time may use it, but cancel() may come from any.
 */
template <class T>
class Pending {
public:
    /** How a T is read from a result. */
    using Read = T (*)(const detail::Handle<jeton_result> &);

    /** Takes over what a jeton_…_begin gave. */
    Pending(detail::Handle<jeton_wait> wait, Read read) noexcept : wait_(std::move(wait)), read_(read) {}

    /** Becomes readable when the result is there, and stays so; never read, write or close it. -1 where the system gave none. */
    int fd() const noexcept { return jeton_wait_fd(wait_.get()); }

    /** Waits at most this long; says whether the result is there. */
    bool wait_for(Timeout timeout) const { return detail::wait_for(wait_, timeout); }

    /** The result, if it is there. Never waits. Throws why there is none. */
    std::optional<T> poll() const {
        const auto result = detail::poll(wait_);
        return result ? std::optional<T>(read_(result)) : std::nullopt;
    }

    /** Waits for the result. On a cache that the host drives, call it when the result is there: nobody else would bring it. */
    T get() const {
        wait_for(Timeout::max());
        return poll().value();
    }

    /** Gives up: the result is JETON_E_CANCELLED from now on, unless it was there already. What others wait for too goes on. */
    void cancel() const noexcept { jeton_wait_cancel(wait_.get()); }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_wait *get_handle() const noexcept { return wait_.get(); }

private:
    detail::Handle<jeton_wait> wait_;
    Read read_;
};

/**
 * Ends all threads of the library; all that is waited for throws JETON_E_CLOSED. A later call that needs threads starts them
 * again. Throws JETON_E_TIMEOUT if one is still busy.
 */
inline void stop_runtime(Timeout timeout = DEFAULT_TIMEOUT) {
    jeton_error error;
    if (jeton_runtime_stop(detail::milliseconds(timeout), &error) != JETON_OK) {
        throw Error(error);
    }
}

}  // namespace jeton

#endif

//! The only room with threads, sockets and the system clock.

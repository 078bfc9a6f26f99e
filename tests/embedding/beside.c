/* Jeton beside a second Rust library in one program: each has its own runtime, and each catches its own panics. */
#include "round.h"

int second_catches_its_panic(void);

int main(void)
{
    return round_trip() && second_catches_its_panic() && round_trip() ? 0 : 1;
}

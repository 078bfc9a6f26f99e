/* Jeton in a program of its own: linked to the installed library, or statically. */
#include "round.h"

int main(void)
{
    return round_trip() ? 0 : 1;
}

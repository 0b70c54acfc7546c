/* What only compilers know: hints without which the program is the same, but slower. */
#ifndef TCPWALTZ_CORE_COMPILER_H
#define TCPWALTZ_CORE_COMPILER_H

/* A function that is seldom called: it stays out of the way of its callers' code. */
#if defined(__GNUC__)
#define SELDOM __attribute__((cold, noinline))
#else
#define SELDOM
#endif

#endif

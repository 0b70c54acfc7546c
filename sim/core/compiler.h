/* What only compilers know: hints without which the program is the same, but slower; and what they
 * build for. */
#ifndef TCPWALTZ_CORE_COMPILER_H
#define TCPWALTZ_CORE_COMPILER_H

/* SELDOM: a function that is seldom called stays out of the way of its callers' code.
 * APART: a function whose callers are better without its code, though it is called often enough.
 * WITHIN: a function that compilers are to put into its callers, however large they find it.
 * OFTEN: a function on the way of every segment.  Such functions are laid out side by side, or the
 *   processor's instruction cache cannot hold them all, though it is large enough.
 * REPLACEABLE: a program may have a function of its own in its place.
 * PREFETCH: what lies at the address will be needed soon. */
#if defined(__GNUC__)
#define SELDOM __attribute__((cold, noinline))
#define APART __attribute__((noinline))
#define WITHIN inline __attribute__((always_inline))
#define OFTEN __attribute__((hot))
#define REPLACEABLE __attribute__((weak))
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define SELDOM
#define APART
#define WITHIN inline
#define OFTEN
#define REPLACEABLE
#define PREFETCH(address) ((void)(address))
#endif

/* ADDRESS_SANITIZED: this build looks at every address that it uses. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZED 1
#endif

#endif

/* What a fuzz target is, and what drives one.
 *
 * A target is a file target_NAME.c with one function: it takes any bytes, and ends the process (g_assert)
 * when something does not hold that must hold whatever they are.  Each becomes two programs:
 *
 *   fuzz_NAME    with clang: libFuzzer looks for bytes that reach new code
 *   replay_NAME  with any compiler: a corpus once, and changes of it that are always the same (replay.c);
 *                compiled by AFL's compiler it is what AFL drives
 *
 * Where the bytes are text, blind changes seldom make sense: text targets link mutate_text.c.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* The names are libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Changes data in place; returns its new size, at most `room`.  The same seed makes the same change. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

/* A blind change: libFuzzer's own, or mutate_bytes.c. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

/* For mutate_text.c: a word of the target's language. */
const char *fuzz_word(uint64_t seed);

/* A line that the language might have, without its end; NULL: there is nobody to make one up.  Free with
 * g_free(). */
char *fuzz_line(uint64_t seed);

/* For targets whose functions read text as it lies: a copy of its own size, ended by NUL, so that a byte
 * too far is seen.  Free with g_free(). */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    return g_strndup((const char *)data, size);
}

#endif

/* The words of the language of scenarios and profiles, for mutate_text.c. */
#ifndef TESTS_FUZZ_SCENARIO_WORDS_H
#define TESTS_FUZZ_SCENARIO_WORDS_H

#include <stdint.h>

/* One of them: from the tables that the parser reads, or wrong in a way worth trying. */
const char *scenario_word(uint64_t seed);

#endif

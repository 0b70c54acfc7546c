/* The dice that LLVMFuzzerMutate() of mutate_bytes.c throws. */
#ifndef TESTS_FUZZ_MUTATE_BYTES_H
#define TESTS_FUZZ_MUTATE_BYTES_H

#include <stdint.h>

void mutate_bytes_seed(uint64_t seed);

#endif

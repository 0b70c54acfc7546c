/* SplitMix64 (Steele, Lea, Flood 2014): a step of a counter, mixed. */
#ifndef TESTS_FUZZ_DICE_H
#define TESTS_FUZZ_DICE_H

#include <stdint.h>

typedef struct Dice {
    uint64_t state;
} Dice;

/* 0 … below-1. */
static inline uint64_t dice_draw(Dice *dice, uint64_t below)
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

#endif

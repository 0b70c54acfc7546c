/* Blind changes, for replay_*: libFuzzer has better ones of its own. */
#include <string.h>

#include "dice.h"
#include "fuzz.h"
#include "mutate_bytes.h"

static Dice dice;

void mutate_bytes_seed(uint64_t seed)
{
    dice.state = seed;
}

/* What is changed: `size` bytes where `room` fit, size > 0. */
typedef struct Bytes {
    uint8_t *data;
    size_t size, room;
} Bytes;

static size_t any_place(const Bytes *bytes)
{
    return (size_t)dice_draw(&dice, bytes->size);
}

static void change_byte(Bytes *bytes)
{
    bytes->data[any_place(bytes)] = (uint8_t)dice_draw(&dice, 256);
}

static void flip_bit(Bytes *bytes)
{
    bytes->data[any_place(bytes)] ^= (uint8_t)(1U << dice_draw(&dice, 8));
}

/* Lengths and counts: the least, the most, and those next to them. */
static void set_number(Bytes *bytes)
{
    static const uint32_t numbers[] = {0,          1,          0x7fffffff, 0x80000000,
                                       0xfffffffe, 0xffffffff, 0x40000};
    uint32_t number = numbers[dice_draw(&dice, G_N_ELEMENTS(numbers))];
    size_t at = any_place(bytes), length = dice_draw(&dice, 2) ? 4 : 2;

    memcpy(bytes->data + at, &number, MIN(bytes->size - at, length));
}

static void cut(Bytes *bytes)
{
    bytes->size = any_place(bytes) + 1;
}

static void remove_part(Bytes *bytes)
{
    size_t at = any_place(bytes), length = (size_t)dice_draw(&dice, MIN(bytes->size - at, 40));

    memmove(bytes->data + at, bytes->data + at + length, bytes->size - at - length);
    bytes->size -= length;
}

static void repeat_part(Bytes *bytes)
{
    uint8_t part[80];
    size_t from = any_place(bytes), to = any_place(bytes);
    size_t length = (size_t)dice_draw(&dice, MIN(bytes->size - from, sizeof part)) + 1;

    if (bytes->size + length > bytes->room)
        return;
    memcpy(part, bytes->data + from, length);
    memmove(bytes->data + to + length, bytes->data + to, bytes->size - to);
    memcpy(bytes->data + to, part, length);
    bytes->size += length;
}

static void (*const changes[])(Bytes *bytes) = {
    change_byte, flip_bit, flip_bit, set_number, set_number, cut, remove_part, repeat_part,
};

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room)
{
    Bytes bytes = {data, size, room};

    if (size > 0)
        changes[dice_draw(&dice, G_N_ELEMENTS(changes))](&bytes);
    return bytes.size;
}

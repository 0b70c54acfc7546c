/* In which order the stacks list their options, and with which padding: a table.
 */
#include "proto/options.h"

#include <assert.h>
#include <string.h>

#include "core/compiler.h"
#include "proto/keys.h"

/* ---- How long items are ---- */

enum { SACK_BLOCK_BYTES = 8, WORD = 4 };

/* Kind, length and what is always there.  Of the last two other_bytes tells. */
static const uint8_t fixed_bytes[OPTION_ITEM_COUNT] = {
    [OPTION_ITEM_END] = 1,
    [OPTION_ITEM_NOP] = 1,
    [OPTION_ITEM_MSS] = 4,
    [OPTION_ITEM_WINDOW_SCALE] = 3,
    [OPTION_ITEM_SACK_PERMITTED] = 2,
    [OPTION_ITEM_TIMESTAMPS] = 10,
    [OPTION_ITEM_SACK] = 2,
    [OPTION_ITEM_FAST_OPEN] = 2,
    [OPTION_ITEM_FAST_OPEN_EXP] = 4,
};

static size_t item_bytes(const SegmentOptions *options, OptionItem item)
{
    size_t bytes = fixed_bytes[item];

    if (item == OPTION_ITEM_SACK)
        return bytes + (size_t)SACK_BLOCK_BYTES * options->sack_count;
    if (item == OPTION_ITEM_FAST_OPEN || item == OPTION_ITEM_FAST_OPEN_EXP)
        return bytes + options->cookie_length;
    return bytes;
}

size_t segment_options_bytes(const SegmentOptions *options)
{
    size_t bytes = options->other_bytes;

    for (OptionList list = options->list; list != 0;)
        bytes += item_bytes(options, option_list_take(&list));
    return (bytes + WORD - 1) / WORD * WORD;
}

void segment_options_keep(SegmentOptions *options, const uint8_t *bytes, size_t length)
{
    uint8_t *others = options->room + SEGMENT_OPTIONS_MAX - options->other_bytes;

    assert(length + options->other_bytes <= SEGMENT_OPTIONS_MAX);
    memmove(others - length, others, options->other_bytes);
    memcpy(options->room + SEGMENT_OPTIONS_MAX - length, bytes, length);
    options->other_bytes = (uint8_t)(options->other_bytes + length);
}

/* ---- Orders ---- */

/* Where an option stands in its word. */
typedef enum Fit {
    FIT_PACKED, /* right behind what is before it */
    FIT_LAST,   /* NOPs before it, so that it ends with the word */
    FIT_FIRST,  /* NOPs before it, so that it begins one */
    FIT_ALONE,  /* NOPs behind it fill the word */
    FIT_LEANS,  /* packed, and only where timestamps follow, whose two NOPs it saves */
} Fit;

enum { STEPS_MAX = 8, FIT_BITS = 4 };

/* What is listed twice stands in the first place that takes it. */
typedef struct Order {
    uint8_t steps[STEPS_MAX];
    uint8_t first_fill, fill; /* what completes the last word */
} Order;

#define STEP(item, fit) ((item) << FIT_BITS | (fit))
#define MSS STEP(OPTION_ITEM_MSS, FIT_PACKED)
#define SCALE(fit) STEP(OPTION_ITEM_WINDOW_SCALE, fit)
#define SACK_OK(fit) STEP(OPTION_ITEM_SACK_PERMITTED, fit)
#define TIMES(fit) STEP(OPTION_ITEM_TIMESTAMPS, fit)
#define SACK(fit) STEP(OPTION_ITEM_SACK, fit)
#define FAST_OPEN(fit) STEP(OPTION_ITEM_FAST_OPEN, fit)
#define NOPS OPTION_ITEM_NOP, OPTION_ITEM_NOP
#define ENDS OPTION_ITEM_END, OPTION_ITEM_END
#define END_AND_NOPS OPTION_ITEM_END, OPTION_ITEM_NOP

/* Where each is from, say the profiles.  A Fast Open option stands for both of its forms. */
static const Order orders[] = {
    [OPTION_ORDER_OF_LINUX] = {{MSS, SACK_OK(FIT_LEANS), TIMES(FIT_LAST), SACK_OK(FIT_LAST),
                                SCALE(FIT_LAST), SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                               NOPS},
    [OPTION_ORDER_OF_BSD] = {{MSS, SCALE(FIT_LAST), SACK_OK(FIT_PACKED), TIMES(FIT_LAST),
                              SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                             ENDS},
    [OPTION_ORDER_OF_NETBSD] = {{MSS, SCALE(FIT_LAST), SACK_OK(FIT_ALONE), TIMES(FIT_LAST),
                                 SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                                NOPS},
    [OPTION_ORDER_OF_OPENBSD] = {{MSS, SACK_OK(FIT_LAST), SCALE(FIT_LAST), TIMES(FIT_LAST),
                                  SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                                 NOPS},
    [OPTION_ORDER_OF_MACOS] = {{MSS, SCALE(FIT_LAST), TIMES(FIT_LAST), SACK_OK(FIT_PACKED),
                                FAST_OPEN(FIT_PACKED), SACK(FIT_LAST)},
                               ENDS},
    [OPTION_ORDER_OF_WINDOWS] = {{MSS, SCALE(FIT_LAST), SACK_OK(FIT_LEANS), TIMES(FIT_LAST),
                                  SACK_OK(FIT_LAST), SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                                 NOPS},
    [OPTION_ORDER_OF_WINDOWS_XP] = {{MSS, SCALE(FIT_LAST), TIMES(FIT_LAST), SACK_OK(FIT_LAST),
                                     SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                                    NOPS},
    [OPTION_ORDER_OF_ILLUMOS] = {{MSS, SACK_OK(FIT_LEANS), TIMES(FIT_LAST), SACK_OK(FIT_LAST),
                                  SCALE(FIT_LAST), SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                                 NOPS},
    [OPTION_ORDER_OF_LWIP] = {{MSS, TIMES(FIT_LAST), SCALE(FIT_LAST), SACK_OK(FIT_LAST),
                               SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                              NOPS},
    [OPTION_ORDER_OF_VPP] = {{MSS, SCALE(FIT_PACKED), SACK_OK(FIT_PACKED), TIMES(FIT_PACKED),
                              SACK(FIT_PACKED), FAST_OPEN(FIT_PACKED)},
                             END_AND_NOPS},
    [OPTION_ORDER_OF_SMOLTCP] = {{MSS, SCALE(FIT_PACKED), SACK_OK(FIT_PACKED), SACK(FIT_PACKED),
                                  TIMES(FIT_PACKED), FAST_OPEN(FIT_PACKED)},
                                 ENDS},
};

/* illumos's header template has the timestamps that were agreed, and a SYN-ACK the rest behind them. */
static const Order illumos_answer = {{SACK_OK(FIT_LEANS), TIMES(FIT_LAST), MSS, SACK_OK(FIT_LAST),
                                      SCALE(FIT_LAST), SACK(FIT_LAST), FAST_OPEN(FIT_FIRST)},
                                     NOPS};

/* ---- Laying out ---- */

typedef struct Layout {
    OptionList list;
    unsigned items;
    size_t bytes;
} Layout;

static void put(Layout *layout, OptionItem item, size_t bytes)
{
    assert(layout->items < OPTION_ITEMS_MAX);
    option_list_add(&layout->list, &layout->items, item);
    layout->bytes += bytes;
}

/* Until `bytes` more make whole words. */
static void fill(Layout *layout, size_t bytes, OptionItem first, OptionItem then)
{
    for (OptionItem item = first; (layout->bytes + bytes) % WORD != 0; item = then)
        put(layout, item, 1);
}

static uint8_t bits_of(OptionItem item)
{
    if (item == OPTION_ITEM_FAST_OPEN)
        return OPTION_ANY_FAST_OPEN;
    return (uint8_t)(1U << (item - OPTION_ITEM_MSS));
}

static OptionItem form_of(OptionItem item, uint8_t present)
{
    return item == OPTION_ITEM_FAST_OPEN && (present & OPTION_FAST_OPEN_EXP)
               ? OPTION_ITEM_FAST_OPEN_EXP
               : item;
}

static void step(Layout *layout, const SegmentOptions *options, OptionItem item, Fit fit)
{
    size_t bytes = item_bytes(options, item);

    if (fit == FIT_LAST)
        fill(layout, bytes, OPTION_ITEM_NOP, OPTION_ITEM_NOP);
    if (fit == FIT_FIRST)
        fill(layout, 0, OPTION_ITEM_NOP, OPTION_ITEM_NOP);
    put(layout, item, bytes);
    if (fit == FIT_ALONE)
        fill(layout, 0, OPTION_ITEM_NOP, OPTION_ITEM_NOP);
}

void segment_options_pad(SegmentOptions *options)
{
    Layout layout = {0};

    for (OptionList list = options->list; list != 0;) {
        OptionItem item = option_list_take(&list), next = (OptionItem)(list & 15U);
        bool leans = item == OPTION_ITEM_SACK_PERMITTED && next == OPTION_ITEM_TIMESTAMPS;

        step(&layout, options, item, leans ? FIT_PACKED : FIT_LAST);
    }
    fill(&layout, 0, OPTION_ITEM_NOP, OPTION_ITEM_NOP);
    options->list = layout.list;
}

SELDOM void segment_options_lay_out(SegmentOptions *options, int64_t order, bool answer)
{
    const Order *by = answer && order == OPTION_ORDER_OF_ILLUMOS ? &illumos_answer : &orders[order];
    uint8_t left = options->present;
    Layout layout = {0};

    for (const uint8_t *s = by->steps; s < by->steps + STEPS_MAX && *s != 0; s++) {
        OptionItem item = *s >> FIT_BITS;
        Fit fit = *s & ((1U << FIT_BITS) - 1);
        bool leans_on_nothing = fit == FIT_LEANS && !(left & OPTION_TIMESTAMPS);

        if (!(left & bits_of(item)) || leans_on_nothing)
            continue;
        step(&layout, options, form_of(item, left), fit);
        left &= (uint8_t)~bits_of(item);
    }
    fill(&layout, 0, (OptionItem)by->first_fill, (OptionItem)by->fill);
    options->list = layout.list;
}

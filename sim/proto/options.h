/* The TCP options of a segment: what they say, and the list in which they stand on the wire (RFC 9293 §3.1).
 *
 * The list is a number of items of four bits, the first one lowest; 0: it is over.  What an item says stands
 * beside the list, and of one that nobody here knows its bytes do.  So a segment that was seen is written again
 * as it was: net/options.h.  An endpoint lists what is present as its stack does: segment_options_lay_out().
 */
#ifndef TCPWALTZ_PROTO_OPTIONS_H
#define TCPWALTZ_PROTO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/seq.h"

enum {
    SEGMENT_SACK_MAX = 4,
    SEGMENT_COOKIE_LEAST = 4, /* bytes of a Fast Open cookie: RFC 7413 §4.1.1 */
    SEGMENT_COOKIE_MAX = 16,
    SEGMENT_OPTIONS_MAX = 40, /* bytes that a header has for options */
};

/* Bits of SegmentOptions.present. */
enum {
    OPTION_MSS = 1 << 0,            /* RFC 9293 §3.7.1 */
    OPTION_WINDOW_SCALE = 1 << 1,   /* RFC 7323 §2 */
    OPTION_SACK_PERMITTED = 1 << 2, /* RFC 2018 §2 */
    OPTION_TIMESTAMPS = 1 << 3,     /* RFC 7323 §3 */
    OPTION_SACK = 1 << 4,           /* RFC 2018 §3: sack_count blocks */
    OPTION_FAST_OPEN = 1 << 5,      /* RFC 7413 §4.1.1: a cookie, or a request for one */
    OPTION_FAST_OPEN_EXP = 1 << 6,  /* the same in the form that was tried first (§8), kind 254 */
    OPTION_ANY_FAST_OPEN = OPTION_FAST_OPEN | OPTION_FAST_OPEN_EXP, /* a segment has one at most */
};

enum { OPTION_BITS = 7 };

typedef enum OptionItem {
    OPTION_ITEM_NONE, /* the list is over */
    OPTION_ITEM_END,  /* kind 0; what follows it is padding */
    OPTION_ITEM_NOP,
    OPTION_ITEM_MSS, /* from here on in the order of the bits above */
    OPTION_ITEM_WINDOW_SCALE,
    OPTION_ITEM_SACK_PERMITTED,
    OPTION_ITEM_TIMESTAMPS,
    OPTION_ITEM_SACK,
    OPTION_ITEM_FAST_OPEN,
    OPTION_ITEM_FAST_OPEN_EXP,
    OPTION_ITEM_OTHER, /* kind, length and what follows, as it came */
    OPTION_ITEM_REST, /* all that is left: no options, or more of them than the list has room for */
    OPTION_ITEM_COUNT,
} OptionItem;

enum { OPTION_ITEM_BITS = 4, OPTION_ITEMS_MAX = 64 / OPTION_ITEM_BITS };

typedef uint64_t OptionList;

/* Takes the first item off. */
static inline OptionItem option_list_take(OptionList *list)
{
    OptionItem item = (OptionItem)(*list & ((1U << OPTION_ITEM_BITS) - 1));

    *list >>= OPTION_ITEM_BITS;
    return item;
}

typedef struct SackBlock {
    Seq left, right; /* [left, right) */
} SackBlock;

typedef struct SegmentOptions {
    OptionList list;      /* how they stand on the wire; what is in no list is not written */
    uint8_t present;      /* what a receiver understands */
    uint8_t window_scale; /* shift, 0 to 14 */
    uint16_t mss;         /* bytes */
    uint32_t ts_val, ts_ecr;
    uint8_t sack_count;    /* 0 to SEGMENT_SACK_MAX */
    uint8_t cookie_length; /* Fast Open: bytes, even; 0: a cookie is asked for */
    uint8_t other_bytes;   /* of OPTION_ITEM_OTHER and _REST, at the end of `room` */
    /* SACK blocks do not stand on a SYN, and cookies nowhere else: no segment has both.  Whatever shares the
     * room takes as many bytes of the header. */
    union {
        SackBlock sack[SEGMENT_SACK_MAX];
        uint8_t cookie[SEGMENT_COOKIE_MAX];
        uint8_t room[SEGMENT_OPTIONS_MAX];
    };
} SegmentOptions;

_Static_assert(sizeof(SegmentOptions) == 64, "many segments are copied");

/* The bytes of the options that nobody here knows, in the order of the list. */
static inline const uint8_t *segment_options_others(const SegmentOptions *options)
{
    return options->room + SEGMENT_OPTIONS_MAX - options->other_bytes;
}

/* One more of them: kind, length and what follows; or, for OPTION_ITEM_REST, anything.  The list is the
 * caller's. */
void segment_options_keep(SegmentOptions *options, const uint8_t *bytes, size_t length);

/* Puts an item at the list's end. */
static inline void option_list_add(OptionList *list, unsigned *count, OptionItem item)
{
    *list |= (OptionList)item << OPTION_ITEM_BITS * (*count)++;
}

/* Lists what is present as the stack of `order` (keys.h, OPTION_ORDER_…) does, padded to whole words; `answer`:
 * on a SYN-ACK, which some lay out otherwise. */
void segment_options_lay_out(SegmentOptions *options, int64_t order, bool answer);

/* Puts NOPs into a list that has none, so that options end with a word, or share one where SACK-permitted leads
 * timestamps: as RFC 7323 Appendix A advises.  For lists of which nobody has seen the padding. */
void segment_options_pad(SegmentOptions *options);

/* Bytes of the options as the list has them, padded to a multiple of 4.  More than SEGMENT_OPTIONS_MAX: no
 * header has room for them. */
size_t segment_options_bytes(const SegmentOptions *options);

#endif

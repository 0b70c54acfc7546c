/* Walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng) for what stands around its packets.
 *
 * libpcap reads the packets themselves, and says what is wrong with a file; here a file ends where
 * it stops making sense.
 */
#include "capture/interfaces.h"

#include <string.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET_OLD = 2,
    BLOCK_PACKET_SIMPLE = 3,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,

    BLOCK_BYTES_MIN = 12, /* type, length, length */
    PACKET_HEADER_BYTES = 20,
    SIMPLE_HEADER_BYTES = 4,

    OPTION_END = 0,
    OPTION_FLAGS = 2,
    DIRECTION_MASK = 3,
};

typedef struct Walk {
    gboolean is_swapped;  /* the section's byte order is not ours */
    guint32 before, here; /* interfaces of the sections before, of this one */
    GArray *out;
} Walk;

/* What stands between the two lengths of a block. */
typedef struct Body {
    const guint8 *at;
    gsize length;
} Body;

static guint32 get32(const Walk *walk, const guint8 *at)
{
    guint32 value;

    memcpy(&value, at, sizeof value);
    return walk->is_swapped ? GUINT32_SWAP_LE_BE(value) : value;
}

static guint16 get16(const Walk *walk, const guint8 *at)
{
    guint16 value;

    memcpy(&value, at, sizeof value);
    return (guint16)(walk->is_swapped ? GUINT16_SWAP_LE_BE(value) : value);
}

static gsize padded(gsize length)
{
    return (length + 3) & ~(gsize)3;
}

/* The lowest two bits of a packet's flags. */
static const PacketDirection directions[DIRECTION_MASK + 1] = {
    DIRECTION_UNKNOWN,
    DIRECTION_INBOUND,
    DIRECTION_OUTBOUND,
    DIRECTION_UNKNOWN,
};

static PacketDirection direction_in(const Walk *walk, Body options)
{
    while (options.length >= 4) {
        guint16 code = get16(walk, options.at), length = get16(walk, options.at + 2);
        gsize whole = 4 + padded(length);

        if (code == OPTION_END || whole > options.length)
            break;
        if (code == OPTION_FLAGS && length == 4)
            return directions[get32(walk, options.at + 4) & DIRECTION_MASK];
        options = (Body){options.at + whole, options.length - whole};
    }
    return DIRECTION_UNKNOWN;
}

static void see_section(Walk *walk, Body body)
{
    (void)body;
    walk->before += walk->here;
    walk->here = 0;
}

static void see_interface(Walk *walk, Body body)
{
    (void)body;
    walk->here++;
}

static void add_packet(Walk *walk, guint32 interface, Body body, gsize header)
{
    PacketPlace place = {.interface = walk->before + interface};

    if (body.length >= PACKET_HEADER_BYTES && header == PACKET_HEADER_BYTES) {
        gsize captured = get32(walk, body.at + 12), whole = header + padded(captured);

        place.frame = body.at + header;
        place.length = (guint32)MIN(captured, body.length - header);
        if (whole <= body.length)
            place.direction = direction_in(walk, (Body){body.at + whole, body.length - whole});
    }
    g_array_append_val(walk->out, place);
}

static void see_packet(Walk *walk, Body body)
{
    add_packet(walk, body.length >= 4 ? get32(walk, body.at) : 0, body, PACKET_HEADER_BYTES);
}

static void see_old_packet(Walk *walk, Body body)
{
    add_packet(walk, body.length >= 2 ? get16(walk, body.at) : 0, body, PACKET_HEADER_BYTES);
}

/* It has no options, and is always of the first interface. */
static void see_simple_packet(Walk *walk, Body body)
{
    add_packet(walk, 0, body, SIMPLE_HEADER_BYTES);
}

static const struct {
    guint32 type;
    void (*see)(Walk *walk, Body body);
} blocks[] = {
    {BLOCK_SECTION, see_section},
    {BLOCK_INTERFACE, see_interface},
    {BLOCK_PACKET, see_packet},
    {BLOCK_PACKET_OLD, see_old_packet},
    {BLOCK_PACKET_SIMPLE, see_simple_packet},
};

/* A section tells its byte order behind its length, which is needed to read that. */
static gboolean learn_byte_order(Walk *walk, const guint8 *block)
{
    walk->is_swapped = FALSE;
    if (get32(walk, block) != BLOCK_SECTION) /* reads the same in both orders */
        return FALSE;
    walk->is_swapped = get32(walk, block + 8) != BYTE_ORDER_MAGIC;
    return get32(walk, block + 8) == BYTE_ORDER_MAGIC;
}

void packet_places_read(const char *bytes, gsize length, GArray *out)
{
    Walk walk = {.out = out};
    const guint8 *at = (const guint8 *)bytes;
    guint32 section = GUINT32_TO_BE(BLOCK_SECTION);

    while (length >= BLOCK_BYTES_MIN) {
        if (memcmp(at, &section, sizeof section) == 0) {
            if (!learn_byte_order(&walk, at))
                return;
        } else if (at == (const guint8 *)bytes) {
            return;
        }
        gsize whole = get32(&walk, at + 4);

        if (whole < BLOCK_BYTES_MIN || whole % 4 != 0 || whole > length)
            return;
        for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
            if (blocks[i].type == get32(&walk, at))
                blocks[i].see(&walk, (Body){at + 8, whole - BLOCK_BYTES_MIN});
        }
        at += whole;
        length -= whole;
    }
}

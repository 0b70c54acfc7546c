/* pcapng files, by their blocks (draft-ietf-opsawg-pcapng): interfaces may differ in all that they have,
 * which libpcap refuses. */
#include <string.h>

#include "capture/records.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET_OLD = 2,
    BLOCK_PACKET_SIMPLE = 3,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,

    BLOCK_BYTES_MIN = 12, /* type, length, length */
    SECTION_BYTES_MIN = 16,
    INTERFACE_BYTES_MIN = 8,
    PACKET_HEADER_BYTES = 20,
    SIMPLE_HEADER_BYTES = 4,

    OPTION_END = 0,
    OPTION_PACKET_FLAGS = 2,
    OPTION_RESOLUTION = 9,
    OPTION_TIME_OFFSET = 14,
    DIRECTION_MASK = 3,
    BINARY_RESOLUTION = 0x80,
};

/* What stands between the two lengths of a block, or a part of it. */
typedef struct Body {
    const guint8 *at;
    gsize length;
} Body;

typedef struct Interface {
    guint32 link, snap_length; /* 0: packets are not cut */
    guint8 resolution;         /* as if_tsresol has it */
    gint64 offset;             /* seconds */
} Interface;

typedef struct Walk {
    gboolean is_swapped; /* the section's byte order is not ours */
    guint32 before;      /* interfaces of the sections before */
    GArray *interfaces;  /* Interface: of this section */
    PacketVisit visit;
    gpointer data;
} Walk;

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

static Body behind(Body body, gsize bytes)
{
    return bytes <= body.length ? (Body){body.at + bytes, body.length - bytes} : (Body){NULL, 0};
}

/* The value of the first option with this code; a length of 0: there is none. */
static Body option_in(const Walk *walk, Body options, guint16 code)
{
    while (options.length >= 4) {
        guint16 found = get16(walk, options.at), length = get16(walk, options.at + 2);

        if (found == OPTION_END || 4 + (gsize)length > options.length)
            break;
        if (found == code)
            return (Body){options.at + 4, length};
        options = behind(options, 4 + padded(length));
    }
    return (Body){NULL, 0};
}

/* --- times -------------------------------------------------------------------------------- */

/* Units of a second, and what of them is more than a nanosecond can hold. */
typedef struct Units {
    guint64 second; /* 0: more than 64 bits have room for: all is within the first second */
    guint64 finer;  /* so many of them are a unit that does not exceed 10^-9 or 2^-30 s */
} Units;

static Units units_of(guint8 resolution)
{
    guint exponent = resolution & ~BINARY_RESOLUTION & 0xff;
    gboolean is_binary = (resolution & BINARY_RESOLUTION) != 0;
    guint fine = is_binary ? 30 : 9, most = is_binary ? 63 : 19;
    guint64 base = is_binary ? 2 : 10;
    Units units = {1, 1};

    if (exponent > most)
        return (Units){0, 1};
    for (guint i = 0; i < exponent; i++) {
        units.second *= base;
        units.finer *= i >= fine ? base : 1;
    }
    return units;
}

static void set_time(CapturedPacket *packet, const Interface *interface, guint64 ticks)
{
    Units units = units_of(interface->resolution);

    packet->has_time = TRUE;
    packet->seconds = interface->offset;
    if (units.second == 0)
        return;
    guint64 whole = ticks / units.second, rest = ticks % units.second / units.finer;

    /* Beyond any date there is: the caller refuses it. */
    if (whole > G_MAXINT64 / 2 || ABS(interface->offset) > G_MAXINT64 / 4)
        packet->seconds = G_MAXINT64;
    else
        packet->seconds += (gint64)whole;
    packet->nanoseconds = (gint64)(rest * SIM_SECOND / (units.second / units.finer));
}

/* --- blocks ------------------------------------------------------------------------------- */

/* Each answers whether the walk goes on. */
static gboolean see_section(Walk *walk, Body body)
{
    (void)body;
    walk->before += walk->interfaces->len;
    g_array_set_size(walk->interfaces, 0);
    return TRUE;
}

static gboolean see_interface(Walk *walk, Body body)
{
    static const guint8 microseconds = 6;
    Interface interface = {.resolution = microseconds};

    if (body.length >= INTERFACE_BYTES_MIN) {
        Body options = behind(body, INTERFACE_BYTES_MIN);
        Body resolution = option_in(walk, options, OPTION_RESOLUTION);
        Body offset = option_in(walk, options, OPTION_TIME_OFFSET);

        interface.link = get16(walk, body.at);
        interface.snap_length = get32(walk, body.at + 4);
        if (resolution.length >= 1)
            interface.resolution = resolution.at[0];
        if (offset.length == 8) {
            memcpy(&interface.offset, offset.at, 8);
            interface.offset =
                walk->is_swapped ? (gint64)GUINT64_SWAP_LE_BE(interface.offset) : interface.offset;
        }
    }
    g_array_append_val(walk->interfaces, interface);
    return TRUE;
}

/* The lowest two bits of a packet's flags. */
static const PacketDirection directions[DIRECTION_MASK + 1] = {
    DIRECTION_UNKNOWN,
    DIRECTION_INBOUND,
    DIRECTION_OUTBOUND,
    DIRECTION_UNKNOWN,
};

/* NULL: the section has no such interface. */
static const Interface *interface_at(const Walk *walk, guint32 i)
{
    return i < walk->interfaces->len ? &g_array_index(walk->interfaces, Interface, i) : NULL;
}

static gboolean visit_timed(Walk *walk, guint32 number, Body body)
{
    const Interface *interface = interface_at(walk, number);

    if (interface == NULL || body.length < PACKET_HEADER_BYTES)
        return TRUE;
    gsize captured = get32(walk, body.at + 12);
    Body frame = behind(body, PACKET_HEADER_BYTES);
    Body flags = option_in(walk, behind(frame, padded(captured)), OPTION_PACKET_FLAGS);
    CapturedPacket packet = {
        .interface = walk->before + number,
        .link = interface->link,
        .frame = frame.at,
        .length = MIN(captured, frame.length),
    };

    packet.on_wire = MAX(get32(walk, body.at + 16), packet.length);
    if (flags.length == 4)
        packet.direction = directions[get32(walk, flags.at) & DIRECTION_MASK];
    set_time(&packet, interface,
             (guint64)get32(walk, body.at + 4) << 32 | get32(walk, body.at + 8));
    return walk->visit(&packet, walk->data);
}

static gboolean see_packet(Walk *walk, Body body)
{
    return visit_timed(walk, body.length >= 4 ? get32(walk, body.at) : G_MAXUINT32, body);
}

/* The interface has 16 bits, and the drops stand behind it. */
static gboolean see_old_packet(Walk *walk, Body body)
{
    return visit_timed(walk, body.length >= 4 ? get16(walk, body.at) : G_MAXUINT32, body);
}

/* It has no time and no options, and is always of the first interface. */
static gboolean see_simple_packet(Walk *walk, Body body)
{
    const Interface *interface = interface_at(walk, 0);

    if (interface == NULL || body.length < SIMPLE_HEADER_BYTES)
        return TRUE;
    gsize on_wire = get32(walk, body.at);
    gsize room = body.length - SIMPLE_HEADER_BYTES;
    gsize kept = interface->snap_length > 0 ? MIN(on_wire, interface->snap_length) : on_wire;
    CapturedPacket packet = {
        .interface = walk->before,
        .link = interface->link,
        .frame = body.at + SIMPLE_HEADER_BYTES,
        .length = MIN(kept, room),
        .on_wire = on_wire,
    };

    return walk->visit(&packet, walk->data);
}

static const struct {
    guint32 type;
    gboolean (*see)(Walk *walk, Body body);
} blocks[] = {
    {BLOCK_SECTION, see_section},
    {BLOCK_INTERFACE, see_interface},
    {BLOCK_PACKET, see_packet},
    {BLOCK_PACKET_OLD, see_old_packet},
    {BLOCK_PACKET_SIMPLE, see_simple_packet},
};

static gboolean see_block(Walk *walk, guint32 type, Body body)
{
    for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
        if (blocks[i].type == type)
            return blocks[i].see(walk, body);
    }
    return TRUE; /* statistics, names, secrets, …: not about packets */
}

/* A section tells its byte order behind its length, which is needed to read that.  FALSE: it is none of
 * the two. */
static gboolean learn_byte_order(Walk *walk, const guint8 *block)
{
    walk->is_swapped = FALSE;
    walk->is_swapped = get32(walk, block + 8) != BYTE_ORDER_MAGIC;
    return get32(walk, block + 8) == BYTE_ORDER_MAGIC;
}

static gboolean is_section(const guint8 *block)
{
    guint32 type = GUINT32_TO_BE(BLOCK_SECTION); /* reads the same in both orders */

    return memcmp(block, &type, sizeof type) == 0;
}

gboolean records_are_pcapng(const char *bytes, gsize length)
{
    return length >= 4 && is_section((const guint8 *)bytes);
}

/* What is wrong where a block should begin; NULL: nothing, and *whole is the block's length. */
static const char *block_trouble(Walk *walk, Body left, gsize *whole)
{
    if (left.length < BLOCK_BYTES_MIN)
        return "the file ends within a block";
    if (is_section(left.at) &&
        (left.length < SECTION_BYTES_MIN || !learn_byte_order(walk, left.at)))
        return "a section without a byte order";
    *whole = get32(walk, left.at + 4);
    if (*whole < BLOCK_BYTES_MIN || *whole % 4 != 0)
        return "the length of a block makes no sense";
    return *whole > left.length ? "the file ends within a block" : NULL;
}

char *records_read_pcapng(const char *bytes, gsize length, PacketVisit visit, gpointer data)
{
    g_autoptr(GArray) interfaces = g_array_new(FALSE, FALSE, sizeof(Interface));
    Walk walk = {.interfaces = interfaces, .visit = visit, .data = data};
    Body left = {(const guint8 *)bytes, length};
    gsize whole = 0;

    while (left.length > 0) {
        const char *trouble = block_trouble(&walk, left, &whole);

        if (trouble != NULL)
            return g_strdup(trouble);
        if (!see_block(&walk, get32(&walk, left.at), (Body){left.at + 8, whole - BLOCK_BYTES_MIN}))
            return NULL;
        left = behind(left, whole);
    }
    return NULL;
}

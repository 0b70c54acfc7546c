/* A world from top to bottom: its hosts, its links, its faults; then script and expectations. */
#include "world.h"

#include <string.h>

#include "dice.h"
#include "proto/fault.h"
#include "proto/keys.h"
#include "proto/segment.h"

/* ---- Telling ---- */

void tell(World *world, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(world->text, format, arguments);
    va_end(arguments);
}

/* People have a blank before the unit, scenarios have none. */
void tell_time(World *world, SimTime time)
{
    char text[SIM_TIME_TEXT_MAX];

    sim_time_format(time, text);
    char *blank = strchr(text, ' ');
    tell(world, "%.*s%s", (int)(blank - text), text, blank + 1);
}

SimTime any_moment(World *world)
{
    switch (below(world, 8)) {
    case 0: return 0;
    case 1: return (SimTime)below(world, 400) * SIM_SECOND;
    case 2: return (SimTime)below(world, 100000) * SIM_MICROSECOND;
    case 3:
    case 4: return (SimTime)below(world, 10000) * SIM_MILLISECOND;
    default: return (SimTime)below(world, 200) * 10 * SIM_MILLISECOND;
    }
}

/* Two digits, then zeros. */
static gint64 rounded(gint64 number)
{
    gint64 unit = 1;

    while (number / unit >= 100)
        unit *= 10;
    return number / unit * unit;
}

gint64 any_number(World *world, gint64 least, gint64 most)
{
    guint64 span = (guint64)(most - least);
    guint bits = g_bit_storage(span);

    switch (below(world, 8)) {
    case 0: return least;
    case 1: return most;
    case 2: return least + (gint64)below(world, MIN(span, 4) + 1);
    default: break;
    }
    guint64 wide = G_GUINT64_CONSTANT(1) << below(world, bits + 1);
    return MIN(MAX(rounded(least + (gint64)below(world, MIN(wide, span) + 1)), least), most);
}

/* ---- Keys ---- */

enum { PPB_PERCENT = 10000000 };

static guint words_of(const Key *key)
{
    guint count = 1;

    for (const char *at = key->words; *at != '\0'; at++)
        count += *at == '|';
    return count;
}

static void tell_burst(World *world)
{
    tell(world, "%u%%,%u%%,%u%%", (guint)below(world, 10), (guint)(1 + below(world, 100)),
         (guint)below(world, 101));
}

/* A value as the key table writes it: of what has a unit, a `config` is filled in and read. */
static void tell_formatted(World *world, const Key *key, gint64 value)
{
    union {
        HostConfig host;
        LinkConfig link;
    } config;
    char text[KEY_TEXT_MAX];

    *(gint64 *)(gpointer)((char *)&config + key->offset) = value;
    key_format(key, &config, text);
    tell(world, "%s", text);
}

/* Mostly a number of milliseconds. */
static gint64 any_length(World *world, gint64 least, gint64 most)
{
    if (least < SIM_MILLISECOND && one_in(world, 8))
        return any_number(world, least, most);
    gint64 least_ms = (least + SIM_MILLISECOND - 1) / SIM_MILLISECOND;
    return any_number(world, least_ms, most / SIM_MILLISECOND) * SIM_MILLISECOND;
}

static void tell_value(World *world, const Key *key, gint64 most)
{
    switch (key->type) {
    case KEY_BURST: tell_burst(world); break;
    case KEY_WORD: tell_formatted(world, key, (gint64)below(world, words_of(key))); break;
    case KEY_YES_NO: tell_formatted(world, key, (gint64)below(world, 2)); break;
    case KEY_TIME: tell_formatted(world, key, any_length(world, key->least, most)); break;
    case KEY_RATE: tell_formatted(world, key, any_number(world, key->least, most)); break;
    case KEY_PROBABILITY:
        tell(world, "%u%%", (guint)below(world, (guint64)most / PPB_PERCENT + 1));
        break;
    default: tell(world, "%" G_GINT64_FORMAT, any_number(world, key->least, most)); break;
    }
}

/* ---- Hosts ---- */

static void tell_host(World *world, guint host)
{
    static const char *const profiles[] = {
        "bsd-4.4", "freebsd", "linux-2.4", "linux-3.7", "linux-6.18", "linux-6.5",  "lwip",
        "macos",   "ns-3",    "rfc1122",   "rfc6298",   "rfc793",     "vpp",        "windows-xp",
        "rfc6298", "rfc6298", "rfc6298",   "rfc6298",   "linux-6.18", "linux-6.18", "freebsd",
    };
    gsize count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    tell(world, "host %c %s\n", host_name(host), any_of(world, profiles));
    if (one_in(world, 3))
        return;
    for (guint64 n = below(world, one_in(world, 4) ? 20 : 5); n > 0; n--) {
        const Key *key = &keys[below(world, count)];
        if (key->offset == offsetof(HostConfig, ip))
            continue; /* all of a world's hosts speak one, or the other */
        tell(world, "set %c %s=", host_name(host), key->name);
        tell_value(world, key, key->most);
        tell(world, "\n");
    }
}

/* ---- Links ---- */

/* Values beyond which a link carries nothing worth looking at are rare. */
static gint64 worthwhile(World *world, const Key *key)
{
    static const struct {
        const char *key;
        gint64 most;
    } bounds[] = {
        {"delay", SIM_SECOND},      {"jitter", SIM_SECOND},      {"loss", 300000000},
        {"duplicate", 300000000},   {"corrupt", 200000000},      {"reorder", 300000000},
        {"reorder-by", SIM_SECOND}, {"rate", 1000 * 1000 * 100}, {"queue", 50},
    };

    for (guint i = 0; i < G_N_ELEMENTS(bounds); i++)
        if (strcmp(bounds[i].key, key->name) == 0 && !one_in(world, 40))
            return bounds[i].most;
    return key->most;
}

static void tell_link_keys(World *world, guint n)
{
    gsize count;
    const Key *keys = key_table(KEY_SCOPE_LINK, &count);
    guint bad = 0;

    while (n-- > 0)
        bad |= 1U << below(world, count);
    for (gsize i = 1; i < count; i++) { /* the first is the delay, which is told already */
        if (!(bad >> i & 1))
            continue;
        tell(world, " %s=", keys[i].name);
        tell_value(world, &keys[i], worthwhile(world, &keys[i]));
    }
}

static void tell_link(World *world, guint from, guint to)
{
    if (one_in(world, 30))
        return; /* these two cannot reach each other */
    world->linked[from][to] = TRUE;
    if (one_in(world, 30)) { /* one way */
        tell(world, "link %c->%c delay=10ms\n", host_name(from), host_name(to));
        return;
    }
    world->linked[to][from] = TRUE;
    tell(world, "link %c %c delay=%ums", host_name(from), host_name(to),
         (guint)any_number(world, 0, 200));
    if (one_in(world, 2))
        tell_link_keys(world, 1 + (guint)below(world, 4));
    tell(world, "\n");
    if (one_in(world, 4)) {
        tell(world, "link %c->%c delay=%ums", host_name(to), host_name(from),
             (guint)any_number(world, 0, 500));
        tell_link_keys(world, (guint)below(world, 4));
        tell(world, "\n");
    }
}

static void tell_links(World *world)
{
    for (guint from = 0; from < world->hosts; from++)
        for (guint to = from + 1; to < world->hosts; to++)
            tell_link(world, from, to);
}

/* ---- Faults ---- */

const char *any_segment_class(World *world)
{
    return segment_class_name((SegmentClass)below(world, SEGMENT_CLASS_COUNT));
}

static void tell_selection(World *world)
{
    guint first = 1 + (guint)below(world, 4);

    switch (below(world, 6)) {
    case 0: tell(world, " #%u..%u", first, first + (guint)below(world, 4)); break;
    case 1: tell(world, " #%u,%u", first, first + 1 + (guint)below(world, 5)); break;
    case 2: tell(world, one_in(world, 3) ? " all" : " #%u..", first); break;
    default: tell(world, " #%u", first); break;
    }
}

static void tell_fault(World *world)
{
    FaultKind kind = (FaultKind)below(world, FAULT_KIND_COUNT);

    tell(world, "%s %c %s", fault_kind_name(kind), host_name(any_host(world)),
         any_segment_class(world));
    tell_selection(world);
    if (kind == FAULT_DELAY) {
        tell(world, " by ");
        tell_time(world, any_moment(world));
    }
    if (one_in(world, 4)) {
        SimTime from = any_moment(world);
        tell(world, " from ");
        tell_time(world, from);
        tell(world, " to ");
        tell_time(world, from + SIM_MILLISECOND + any_moment(world));
    }
    tell(world, "\n");
}

/* ---- The whole ---- */

void world_write(guint64 number, GString *out)
{
    World world = {.text = out};

    random_stream_init(&world.dice, number, "world");
    world.hosts = one_in(&world, 4) ? 3 + (guint)one_in(&world, 4) : 2;
    tell(&world, "title \"World %" G_GUINT64_FORMAT "\"\nseed %" G_GUINT64_FORMAT "\n", number,
         number);
    gboolean speaks_ipv6 = one_in(&world, 6);
    for (guint i = 0; i < world.hosts; i++) {
        tell_host(&world, i);
        if (speaks_ipv6)
            tell(&world, "set %c ip=6\n", host_name(i));
    }
    tell_links(&world);
    for (guint64 n = below(&world, 5); n > 0; n--)
        tell_fault(&world);
    tell_script(&world);
    tell_expectations(&world);
    if (one_in(&world, 3)) {
        tell(&world, "stop at ");
        tell_time(&world, SIM_SECOND + any_moment(&world));
        tell(&world, "\n");
    }
}

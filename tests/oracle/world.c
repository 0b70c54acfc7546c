/* What may be in a world: a link, settings, faults, and a conversation; a row for each kind of line. */
#include "world.h"

#include "core/random.h"

typedef struct World {
    RandomStream dice;
    GString *text;
    gboolean manual; /* the server accepts by hand */
} World;

static guint roll(World *world, guint sides)
{
    return (guint)random_stream_below(&world->dice, sides);
}

static gboolean chance(World *world, guint percent)
{
    return roll(world, 100) < percent;
}

static const char *either(World *world)
{
    return roll(world, 2) == 0 ? "client" : "server";
}

static void line(World *world, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void line(World *world, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(world->text, format, arguments);
    va_end(arguments);
    g_string_append_c(world->text, '\n');
}

/* --- before anything happens ---------------------------------------------------------------- */

/* Within what sysctls take; each is left alone in most worlds. */
static const struct {
    const char *key;
    guint least, count;
} settings[] = {
    {"tcp_syn_retries", 1, 5},       {"tcp_synack_retries", 0, 5}, {"tcp_orphan_retries", 0, 5},
    {"tcp_retries2", 2, 5},          {"tcp_fin_timeout", 5, 50},   {"tcp_syncookies", 0, 3},
    {"tcp_abort_on_overflow", 0, 2}, {"tcp_timestamps", 0, 2},     {"tcp_sack", 0, 2},
    {"tcp_window_scaling", 0, 2},
};

static void set_some(World *world)
{
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (chance(world, 8))
            line(world, "set %s %s=%u", either(world), settings[i].key,
                 settings[i].least + roll(world, settings[i].count));
    }
}

/* Some of the first of a class, some of any. */
static void add_faults(World *world)
{
    static const char *const classes[] = {"SYN", "SYN-ACK", "ACK", "DATA", "FIN", "any"};
    guint count = roll(world, 4);

    for (guint i = 0; i < count; i++) {
        const char *host = either(world), *class = classes[roll(world, G_N_ELEMENTS(classes))];
        guint ordinal = 1 + roll(world, 4);

        switch (roll(world, 4)) {
        case 0:
            line(world, "delay %s %s #%u by %ums", host, class, ordinal, 1 + roll(world, 400));
            break;
        case 1: line(world, "duplicate %s %s #%u", host, class, ordinal); break;
        default: line(world, "drop %s %s #%u", host, class, ordinal); break;
        }
    }
}

/* --- the conversation ------------------------------------------------------------------------ */

static void send_some(World *world)
{
    guint count = roll(world, 4);

    for (guint i = 0; i < count; i++)
        line(world, "when %s ESTABLISHED after %ums %s send %u", either(world),
             1 + roll(world, 900), either(world),
             1 + roll(world, chance(world, 20) ? 20000 : 1400));
}

static void end_client(World *world)
{
    static const char *const ends[] = {"close", "close", "shutdown", "abort"};

    line(world, "when client ESTABLISHED after %ums client %s", 1000 + roll(world, 800),
         ends[roll(world, G_N_ELEMENTS(ends))]);
}

static void end_server(World *world)
{
    if (chance(world, 85))
        line(world, "when server CLOSE-WAIT after %ums server close", roll(world, 300));
}

static void open_up(World *world)
{
    world->manual = chance(world, 10);
    line(world, "at 0s server listen backlog=%u%s", chance(world, 10) ? roll(world, 3) : 128,
         world->manual ? " accept=manual" : "");
    line(world, "at 0s client connect server");
    if (chance(world, 8))
        line(world, "at %ums client connect server", roll(world, 300));
    if (world->manual)
        line(world, "at %ums server accept", 200 + roll(world, 700));
}

char *world_text(guint64 number, const char *profile)
{
    World world = {.text = g_string_new(NULL)};

    random_stream_init(&world.dice, number, "oracle");
    line(&world, "host client \"%s\"", profile);
    line(&world, "host server \"%s\"", profile);
    line(&world, "link client server delay=%u.%02ums", 1 + roll(&world, 200), roll(&world, 100));
    set_some(&world);
    add_faults(&world);
    open_up(&world);
    send_some(&world);
    end_client(&world);
    end_server(&world);
    line(&world, "stop at 90s");
    return g_string_free(world.text, FALSE);
}

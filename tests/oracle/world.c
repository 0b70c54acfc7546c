/* What may be in a world: a link, settings, faults, and a conversation; a row for each kind of line. */
#include "world.h"

#include "core/random.h"

typedef struct World {
    RandomStream dice;
    GString *text;
    guint delay_ms; /* one way, rounded up */
    guint connections;
    gboolean server_holds;  /* its application has a connection as soon as the handshake is done */
    gboolean reads_by_hand; /* the server */
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

/* Within what sysctls and sockets take; each is left alone in most worlds. */
static const struct {
    const char *key;
    guint least, count;
} settings[] = {
    {"tcp_syn_retries", 1, 5},
    {"tcp_synack_retries", 0, 5},
    {"tcp_orphan_retries", 0, 5},
    {"tcp_retries2", 2, 5},
    {"tcp_fin_timeout", 5, 50},
    {"tcp_syncookies", 0, 3},
    {"tcp_abort_on_overflow", 0, 2},
    {"tcp_timestamps", 0, 2},
    {"tcp_sack", 0, 2},
    {"tcp_window_scaling", 0, 2},
    {"tcp_early_retrans", 0, 4},
    {"tcp_dsack", 0, 2},
    {"mss", 536, 900},
};

static void set_some(World *world)
{
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (chance(world, 6))
            line(world, "set %s %s=%u", either(world), settings[i].key,
                 settings[i].least + roll(world, settings[i].count));
    }
    if (chance(world, 8))
        line(world, "set %s nagle=no", either(world));
    if (chance(world, 10))
        line(world, "set %s window=%u", either(world), 1200 + roll(world, 18000));
    if (chance(world, 6))
        line(world,
             "set %s keepalive=yes tcp_keepalive_time=%u tcp_keepalive_intvl=%u "
             "tcp_keepalive_probes=%u",
             either(world), 1 + roll(world, 10), 1 + roll(world, 5), 1 + roll(world, 4));
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

static guint bytes_to_send(World *world)
{
    return 1 + roll(world, chance(world, 20) ? 20000 : 1400);
}

/* --- opening --------------------------------------------------------------------------------- */

static void connect_all(World *world)
{
    line(world, "at 0s client connect server");
    for (guint i = 1; i < world->connections; i++)
        line(world, "at %ums client connect server", roll(world, 300));
}

/* At once, as soon as somebody comes. */
static void open_as_usual(World *world)
{
    world->server_holds = TRUE;
    line(world, "at 0s server listen backlog=%u", chance(world, 10) ? roll(world, 3) : 128);
    if (chance(world, 15))
        world->connections += 1 + roll(world, 3);
    connect_all(world);
}

/* Somebody waits for accept, with room for all in the queue. */
static void open_late(World *world)
{
    guint last = 0;

    line(world, "at 0s server listen accept=manual");
    world->connections += roll(world, 2);
    connect_all(world);
    for (guint i = 0; i < world->connections; i++) {
        guint at = 700 + roll(world, 2000);

        line(world, "at %ums server accept", at);
        last = MAX(at, last);
    }
    if (chance(world, 50))
        line(world, "at %ums server send %u", last + roll(world, 300), bytes_to_send(world));
}

/* More come than the queues hold; some are accepted, or none, or too late. */
static void open_full(World *world)
{
    guint backlog = roll(world, 3);

    line(world, "at 0s server listen backlog=%u accept=manual", backlog);
    world->connections += backlog + roll(world, 3);
    connect_all(world);
    for (guint i = roll(world, world->connections + 1); i > 0; i--)
        line(world, "at %ums server accept", 100 + roll(world, 6000));
}

static void open_up(World *world)
{
    guint kind = roll(world, 100);

    world->connections = 1;
    if (kind < 80)
        open_as_usual(world);
    else if (kind < 90)
        open_late(world);
    else
        open_full(world);
}

/* --- the conversation ------------------------------------------------------------------------ */

/* Nobody can send on what he does not hold, so each counts from his own end of the handshake. */
static void send_some(World *world)
{
    guint count = roll(world, 4);

    for (guint i = 0; i < count; i++) {
        const char *sender = world->server_holds ? either(world) : "client";

        line(world, "when %s ESTABLISHED after %ums %s send %u", sender, 1 + roll(world, 900),
             sender, bytes_to_send(world));
    }
}

/* Question and answer, or both at once. */
static void speak_both(World *world)
{
    guint at = world->delay_ms + 1 + roll(world, 500);

    line(world, "when client ESTABLISHED after %ums client send %u", at + world->delay_ms,
         bytes_to_send(world));
    line(world, "when server ESTABLISHED after %ums server send %u",
         at + (chance(world, 50) ? 0 : roll(world, 300)), bytes_to_send(world));
}

/* The server's application is slow. */
static void read_by_hand(World *world)
{
    guint count = 1 + roll(world, 3);

    world->reads_by_hand = TRUE;
    for (guint i = 0; i < count; i++)
        line(world, "when server ESTABLISHED after %ums server read %u", 1 + roll(world, 3000),
             1 + roll(world, 3000));
    line(world, "when server ESTABLISHED after %ums server read all", 3000 + roll(world, 3000));
}

/* --- the end --------------------------------------------------------------------------------- */

static void end_client(World *world)
{
    static const char *const ends[] = {"close", "close", "shutdown", "abort"};

    line(world, "when client ESTABLISHED after %ums client %s", 1000 + roll(world, 800),
         ends[roll(world, G_N_ELEMENTS(ends))]);
}

/* The server speaks on after the client's FIN, now and then, before it ends. */
static void end_server(World *world)
{
    guint wait = world->reads_by_hand ? 6000 : 0;

    if (chance(world, 12)) {
        wait += roll(world, 200);
        line(world, "when server CLOSE-WAIT after %ums server send %u", wait, bytes_to_send(world));
    }
    wait += 1 + roll(world, 300);
    if (chance(world, 85))
        line(world, "when server CLOSE-WAIT after %ums server %s", wait,
             chance(world, 90) ? "close" : "abort");
}

/* It is the server that goes first. */
static void server_goes_first(World *world)
{
    static const char *const ends[] = {"close", "shutdown", "abort"};

    line(world, "when server ESTABLISHED after %ums server %s", 200 + roll(world, 1500),
         ends[roll(world, G_N_ELEMENTS(ends))]);
    line(world, "when client CLOSE-WAIT after %ums client close", roll(world, 300));
}

char *world_text(guint64 number, const char *profile)
{
    World world = {.text = g_string_new(NULL)};

    random_stream_init(&world.dice, number, "oracle");
    line(&world, "host client %s", profile);
    line(&world, "host server %s", profile);
    world.delay_ms = 2 + roll(&world, 199);
    line(&world, "link client server delay=%u.%02ums", world.delay_ms - 1, roll(&world, 100));
    set_some(&world);
    add_faults(&world);
    open_up(&world);
    send_some(&world);
    if (world.server_holds && chance(&world, 20))
        speak_both(&world);
    if (world.server_holds && chance(&world, 8))
        read_by_hand(&world);
    if (world.server_holds && chance(&world, 12))
        server_goes_first(&world);
    end_client(&world);
    if (world.server_holds)
        end_server(&world);
    line(&world, "stop at 90s");
    return g_string_free(world.text, FALSE);
}

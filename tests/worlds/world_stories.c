/* Stories: what usually happens between two hosts that talk to each other, and what happens seldom and
 * is hard: opens that cross, closes that cross, a port that is used again, a reader that is slow, a
 * host that fails.  The dice say when and how much; links and faults, who hears of it.
 */
#include "dice.h"

typedef struct Story {
    guint client, server;
    SimTime now;
} Story;

/* Something happens, soon after what happened last: within what a link may take. */
static void soon(World *world, Story *story)
{
    story->now += (SimTime)any_number(world, 0, 600) * SIM_MILLISECOND;
    tell_at(world, story->now);
}

/* After all that was sent has been heard of, or given up. */
static void later(World *world, Story *story)
{
    story->now += (SimTime)any_number(world, 1, 200) * SIM_SECOND;
    tell_at(world, story->now);
}

static void listens(World *world, const Story *story, const char *options)
{
    tell_at(world, one_in(world, 10) ? story->now + any_moment(world) : story->now);
    tell(world, "%c listen%s\n", host_name(story->server), options);
}

static void connects(World *world, Story *story, const char *options)
{
    soon(world, story);
    tell(world, "%c connect %c%s\n", host_name(story->client), host_name(story->server), options);
}

static void sends(World *world, Story *story, guint who)
{
    soon(world, story);
    tell(world, "%c send %u\n", host_name(who), any_bytes(world));
}

static void closes(World *world, Story *story, guint who)
{
    static const char *const ways[] = {"close", "close", "close", "close", "shutdown", "abort"};

    soon(world, story);
    tell(world, "%c %s\n", host_name(who), any_of(world, ways));
}

/* As well-behaved applications do. */
static void answers_close(World *world, const Story *story, guint who)
{
    (void)story;
    tell(world, "when %c CLOSE-WAIT %c close\n", host_name(who), host_name(who));
}

/* ---- The stories ---- */

static void tell_exchange(World *world, Story *story)
{
    listens(world, story, "");
    connects(world, story, "");
    for (guint64 n = below(world, 5); n > 0; n--)
        sends(world, story, one_in(world, 2) ? story->client : story->server);
    if (!one_in(world, 3))
        answers_close(world, story, story->server);
    closes(world, story, one_in(world, 4) ? story->server : story->client);
}

/* Data when the handshake is done, and closes that cross. */
static void tell_crossing_closes(World *world, Story *story)
{
    listens(world, story, "");
    connects(world, story, "");
    tell(world, "when %c ESTABLISHED %c send %u\n", host_name(story->client),
         host_name(story->client), any_bytes(world));
    later(world, story);
    tell(world, "%c close\n", host_name(story->client));
    tell_at(world, story->now + (SimTime)below(world, 100) * SIM_MILLISECOND);
    tell(world, "%c close\n", host_name(story->server));
}

static void tell_crossing_opens(World *world, Story *story)
{
    tell_at(world, story->now);
    tell(world, "%c connect %c from-port=1000 port=1001\n", host_name(story->client),
         host_name(story->server));
    soon(world, story);
    tell(world, "%c connect %c from-port=1001 port=1000\n", host_name(story->server),
         host_name(story->client));
    sends(world, story, story->client);
    sends(world, story, story->server);
    closes(world, story, story->client);
    closes(world, story, story->server);
}

/* The same four-tuple again, while the earlier connection may not be over at both ends. */
static void tell_port_again(World *world, Story *story)
{
    listens(world, story, "");
    answers_close(world, story, one_in(world, 2) ? story->server : story->client);
    for (guint64 n = 2 + below(world, 2); n > 0; n--) {
        later(world, story);
        tell(world, "%c connect %c from-port=1000\n", host_name(story->client),
             host_name(story->server));
        sends(world, story, one_in(world, 2) ? story->client : story->server);
        closes(world, story, one_in(world, 2) ? story->client : story->server);
    }
}

/* The server takes its time: to accept, to read.  Its window closes. */
static void tell_slow_reader(World *world, Story *story)
{
    tell(world, "set %c window=%u\n", host_name(story->server), (guint)below(world, 10000));
    listens(world, story, one_in(world, 2) ? " accept=manual" : " backlog=1 accept=manual");
    connects(world, story, one_in(world, 3) ? " rate=20/s count=3" : "");
    sends(world, story, story->client);
    soon(world, story);
    tell(world, "%c accept\n", host_name(story->server));
    for (guint64 n = 1 + below(world, 4); n > 0; n--) {
        later(world, story);
        if (one_in(world, 3))
            tell(world, "%c read all\n", host_name(story->server));
        else
            tell(world, "%c read %u\n", host_name(story->server), any_bytes(world));
    }
    closes(world, story, one_in(world, 2) ? story->server : story->client);
}

/* A host is gone; perhaps it comes back, and the other one goes on talking to it. */
static void tell_failure(World *world, Story *story)
{
    guint fails = one_in(world, 2) ? story->client : story->server;

    listens(world, story, "");
    connects(world, story, "");
    sends(world, story, story->client);
    soon(world, story);
    tell(world, "%c crash\n", host_name(fails));
    sends(world, story, fails == story->client ? story->server : story->client);
    if (one_in(world, 4))
        return;
    later(world, story);
    tell(world, "%c reboot%s\n", host_name(fails), one_in(world, 2) ? " forget" : "");
    listens(world, story, "");
    connects(world, story, one_in(world, 2) ? " from-port=40000" : "");
    sends(world, story, one_in(world, 2) ? story->client : story->server);
    closes(world, story, story->client);
}

/* One half is closed, and the other one is used. */
static void tell_half_close(World *world, Story *story)
{
    listens(world, story, "");
    connects(world, story, "");
    sends(world, story, story->client);
    soon(world, story);
    tell(world, "%c shutdown\n", host_name(story->client));
    tell(world, "when %c CLOSE-WAIT %c send %u\n", host_name(story->server),
         host_name(story->server), any_bytes(world));
    tell(world, "when %c CLOSE-WAIT after 2s %c close\n", host_name(story->server),
         host_name(story->server));
}

void tell_story(World *world)
{
    static void (*const stories[])(World *, Story *) = {
        tell_exchange,   tell_exchange,    tell_exchange,       tell_exchange, tell_crossing_closes,
        tell_port_again, tell_slow_reader, tell_crossing_opens, tell_failure,  tell_half_close,
    };
    Story story = {.server = any_host(world), .now = one_in(world, 3) ? any_moment(world) : 0};

    story.client = other_host(world, story.server);
    if (is_joined(world, story.client, story.server))
        any_of(world, stories)(world, &story);
}

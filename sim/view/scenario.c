/* A replay as a scenario: text that anybody can change. */
#include <string.h>

#include "escape/escape.h"
#include "view/replay_words.h"

enum { RANGES_MOST = 16 }; /* in one selection of the language */

/* A word of the scenario language. */
void replay_append_quoted(GString *out, const char *text)
{
    g_autoptr(GString) clean = g_string_new(NULL);

    escape_terminal(text, clean);
    g_string_append_c(out, '"');
    for (const char *at = clean->str; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

void replay_append_time(GString *out, SimTime t)
{
    char text[SIM_TIME_TEXT_MAX];

    sim_time_format_seconds(t, 0, text);
    g_string_append_printf(out, "%ss", text);
}

/* --- hosts -------------------------------------------------------------------------------- */

/* The first SYN or SYN-ACK that was seen; NULL: none was. */
const Segment *replay_opening_of(const Replay *replay, ReplayEnd end)
{
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = &g_array_index(replay->sent[end], ReplaySent, i);

        if (sent->seen != NULL && (sent->seen->segment.flags & TCP_SYN))
            return &sent->seen->segment;
    }
    return NULL;
}

/* What an answer leaves out that was not offered tells nothing of its sender. */
static void append_switch(GString *out, const char *key, guint8 bit, const Segment *own,
                          const Segment *offer)
{
    if (own->options.present & bit)
        g_string_append_printf(out, " %s=1", key);
    else if (own == offer || (offer != NULL && (offer->options.present & bit)))
        g_string_append_printf(out, " %s=0", key);
}

void replay_append_host(GString *out, const Replay *replay, ReplayEnd end, const char *profile)
{
    enum { MSS_LEAST = 64, MSS_MOST = 65495 };
    const Segment *own = replay_opening_of(replay, end),
                  *offer = replay_opening_of(replay, REPLAY_CLIENT);

    g_string_append_printf(out, "host %s ", replay->names[end]);
    replay_append_quoted(out, profile);
    if (own != NULL && (own->options.present & OPTION_MSS) && own->options.mss >= MSS_LEAST &&
        own->options.mss <= MSS_MOST)
        g_string_append_printf(out, " mss=%u", own->options.mss);
    if (own != NULL) {
        append_switch(out, "tcp_timestamps", OPTION_TIMESTAMPS, own, offer);
        append_switch(out, "tcp_sack", OPTION_SACK_PERMITTED, own, offer);
    }
}

/* --- all connections together ------------------------------------------------------------- */

typedef struct Scenery {
    const GPtrArray *replays;
    const char *names[REPLAY_ENDS]; /* hosts: of the first connection the client, the server … */
    guint hosts[REPLAY_ENDS];       /* … as the trace numbers them */
    GArray *sent[REPLAY_ENDS];      /* ReplaySent of each host, in the order of time */
} Scenery;

static const Replay *replay_at(const Scenery *scenery, guint i)
{
    return g_ptr_array_index(scenery->replays, i);
}

static gboolean has_several(const Scenery *scenery)
{
    return scenery->replays->len > 1;
}

/* Since the first connection began. */
static SimTime begin_of(const Scenery *scenery, const Replay *replay)
{
    return replay->start - replay_at(scenery, 0)->start;
}

/* Which end of the connection the host is. */
static ReplayEnd end_of(const Scenery *scenery, guint host, const Replay *replay)
{
    return replay->hosts[REPLAY_CLIENT] == scenery->hosts[host] ? REPLAY_CLIENT : REPLAY_SERVER;
}

static int sent_compare(gconstpointer a, gconstpointer b)
{
    const ReplaySent *one = a, *other = b;

    return one->t < other->t ? -1 : one->t > other->t;
}

/* Faults count what a host sends in all its connections. */
static void gather_sent(Scenery *scenery, guint host)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(ReplaySent));

    for (guint i = 0; i < scenery->replays->len; i++) {
        const Replay *replay = replay_at(scenery, i);
        const GArray *list = replay->sent[end_of(scenery, host, replay)];

        for (guint j = 0; j < list->len; j++) {
            ReplaySent sent = g_array_index(list, ReplaySent, j);

            sent.t += begin_of(scenery, replay);
            g_array_append_val(all, sent);
        }
    }
    g_array_sort(all, sent_compare); /* stable, as GLib says */
    scenery->sent[host] = all;
}

/* When the host first knows of the connection: it connects, or a SYN comes.  SIM_NEVER: it never does. */
static SimTime known_at(const Scenery *scenery, guint host, const Replay *replay)
{
    const GArray *syns = replay->sent[REPLAY_CLIENT];

    if (end_of(scenery, host, replay) == REPLAY_CLIENT)
        return begin_of(scenery, replay);
    for (guint i = 0; replay->listens && i < syns->len; i++) {
        const ReplaySent *sent = &g_array_index(syns, ReplaySent, i);

        if (sent->class == SEGMENT_SYN && !sent->is_lost)
            return begin_of(scenery, replay) + sent->t + replay->delay[REPLAY_CLIENT];
    }
    return SIM_NEVER;
}

/* The number that a host has for its connection: they count as it gets to know them.  0: there is but one. */
static guint number_of(const Scenery *scenery, guint host, const Replay *replay)
{
    guint number = 1;
    SimTime known = known_at(scenery, host, replay);
    gboolean is_behind = TRUE; /* in the list */

    for (guint i = 0; i < scenery->replays->len; i++) {
        const Replay *other = replay_at(scenery, i);
        SimTime t = known_at(scenery, host, other);

        is_behind = is_behind && other != replay;
        if (other != replay && (t < known || (t == known && is_behind)))
            number++;
    }
    return has_several(scenery) ? number : 0;
}

/* --- links -------------------------------------------------------------------------------- */

/* The shortest that any of the connections shows. */
static SimTime delay_of(const Scenery *scenery, guint host)
{
    SimTime shortest = SIM_NEVER;

    for (guint i = 0; i < scenery->replays->len; i++) {
        const Replay *replay = replay_at(scenery, i);

        if (replay->knows_delays || !has_several(scenery))
            shortest = MIN(shortest, replay->delay[end_of(scenery, host, replay)]);
    }
    return shortest != SIM_NEVER ? shortest : replay_at(scenery, 0)->delay[host];
}

static void append_links(GString *out, const Scenery *scenery)
{
    for (guint host = 0; host < REPLAY_ENDS; host++) {
        g_string_append_printf(out, "link %s->%s delay=", scenery->names[host],
                               scenery->names[1 - host]);
        replay_append_time(out, delay_of(scenery, host));
        g_string_append_c(out, '\n');
    }
}

/* --- what befell on the way ---------------------------------------------------------------- */

/* Selections of numbers, as they come: "#1,4..6". */
typedef struct Selection {
    GString *text;
    guint ranges, from, to; /* from 0: none is open */
} Selection;

static void close_range(Selection *selection)
{
    if (selection->from == 0)
        return;
    g_string_append_printf(selection->text, "%s%u", selection->ranges > 0 ? "," : "#",
                           selection->from);
    if (selection->to > selection->from)
        g_string_append_printf(selection->text, "..%u", selection->to);
    selection->ranges++;
    selection->from = 0;
}

static void flush(Selection *selection, const char *what, GString *out)
{
    if (selection->ranges > 0)
        g_string_append_printf(out, "%s%s\n", what, selection->text->str);
    g_string_truncate(selection->text, 0);
    selection->ranges = 0;
}

static void select_number(Selection *selection, guint number, const char *what, GString *out)
{
    if (selection->from != 0 && number == selection->to + 1) {
        selection->to = number;
        return;
    }
    close_range(selection);
    if (selection->ranges == RANGES_MOST)
        flush(selection, what, out);
    selection->from = selection->to = number;
}

/* What befalls the n-th of its kind, from 1: the same for all that is in a line. */
typedef gboolean (*Befalls)(const GArray *list, guint i);

static gboolean is_lost(const GArray *list, guint i)
{
    return g_array_index(list, ReplaySent, i).is_lost;
}

/* The next of these numbers is a copy of it. */
static gboolean is_doubled(const GArray *list, guint i)
{
    const ReplaySent *sent = &g_array_index(list, ReplaySent, i);

    for (guint j = i + 1; j < list->len; j++) {
        const ReplaySent *next = &g_array_index(list, ReplaySent, j);

        if (next->seen != NULL && sent->seen != NULL && next->seen->flow == sent->seen->flow &&
            next->seq == sent->seq && next->end == sent->end && next->ack == sent->ack)
            return next->is_copy;
    }
    return FALSE;
}

static void append_faults_of(GString *out, const Scenery *scenery, guint host, SegmentClass of,
                             const char *verb, Befalls befalls)
{
    const GArray *list = scenery->sent[host];
    g_autofree char *what =
        g_strdup_printf("%s %s %s ", verb, scenery->names[host], segment_class_name(of));
    g_autoptr(GString) text = g_string_new(NULL);
    Selection selection = {.text = text};
    guint number = 0;

    for (guint i = 0; i < list->len; i++) {
        const ReplaySent *sent = &g_array_index(list, ReplaySent, i);

        if (sent->class != of || sent->is_copy)
            continue;
        number++;
        if (befalls(list, i))
            select_number(&selection, number, what, out);
    }
    close_range(&selection);
    flush(&selection, what, out);
}

/* Each of them as late as it came. */
static void append_delays_of(GString *out, const Scenery *scenery, guint host, SegmentClass of)
{
    guint number = 0;

    for (guint i = 0; i < scenery->sent[host]->len; i++) {
        const ReplaySent *sent = &g_array_index(scenery->sent[host], ReplaySent, i);

        number += sent->class == of && !sent->is_copy ? 1 : 0;
        if (sent->class != of || sent->late == 0)
            continue;
        g_string_append_printf(out, "delay %s %s #%u by ", scenery->names[host],
                               segment_class_name(of), number);
        replay_append_time(out, sent->late);
        g_string_append_c(out, '\n');
    }
}

static void append_faults(GString *out, const Scenery *scenery)
{
    gsize before = out->len;

    for (guint host = 0; host < REPLAY_ENDS; host++) {
        for (SegmentClass of = 0; of < SEGMENT_ANY; of++) {
            append_faults_of(out, scenery, host, of, "drop", is_lost);
            append_faults_of(out, scenery, host, of, "duplicate", is_doubled);
            append_delays_of(out, scenery, host, of);
        }
    }
    if (out->len > before)
        g_string_append_c(out, '\n');
}

/* --- the script --------------------------------------------------------------------------- */

static void append_at(GString *out, SimTime t)
{
    g_string_append(out, "at ");
    replay_append_time(out, t);
}

static void append_conn(GString *out, const char *host, guint conn)
{
    g_string_append_printf(out, " %s", host);
    if (conn > 0)
        g_string_append_printf(out, ".%u", conn);
}

void replay_append_step(GString *out, const Replay *replay, const ReplayStep *step, SimTime later,
                        guint conn, const char *options)
{
    static const char *const words[] = {
        [REPLAY_SHUTDOWN] = "shutdown", [REPLAY_CLOSE] = "close", [REPLAY_ABORT] = "abort"};
    const char *host = replay->names[step->end];

    if (step->act == REPLAY_CONNECT)
        conn = 0;
    if (step->is_answer) {
        g_string_append(out, "when");
        append_conn(out, host, conn);
        g_string_append(out, " CLOSE-WAIT");
        conn = 0;
    } else {
        append_at(out, step->t + later);
    }
    append_conn(out, host, conn);
    if (step->act == REPLAY_CONNECT)
        g_string_append_printf(out, " connect %s%s\n", replay->names[REPLAY_SERVER], options);
    else if (step->act == REPLAY_SEND)
        g_string_append_printf(out, " send %" G_GUINT64_FORMAT "\n", step->bytes);
    else
        g_string_append_printf(out, " %s\n", words[step->act]);
}

SimTime replay_way_to(const Replay *replay, ReplayEnd end)
{
    return replay->knows_delays ? replay->delay[REPLAY_ENDS - 1 - end] : 0;
}

void replay_append_icmp(GString *out, const Replay *replay, const ReplayIcmp *icmp, SimTime later,
                        guint conn)
{
    const IcmpMessage *message = &icmp->message;
    const char *name = icmp_name(message->type, message->code);

    append_at(out, icmp->t + later);
    append_conn(out, replay->names[icmp->end], conn);
    g_string_append(out, " icmp ");
    if (name != NULL)
        g_string_append(out, name);
    else
        g_string_append_printf(out, "%u,%u", message->type, message->code);
    if (message->mtu != 0)
        g_string_append_printf(out, " mtu=%u", message->mtu);
    g_string_append_c(out, '\n');
}

/* A line of the script: what an application did, or what ICMP said. */
typedef struct Line {
    SimTime t;
    const Replay *replay;
    const ReplayStep *step; /* NULL: `icmp` */
    const ReplayIcmp *icmp;
} Line;

static int line_compare(gconstpointer a, gconstpointer b)
{
    const Line *one = a, *other = b;

    return one->t < other->t ? -1 : one->t > other->t;
}

static void gather_lines(const Scenery *scenery, const Replay *replay, GArray *lines)
{
    SimTime begin = begin_of(scenery, replay);

    for (guint i = 0; i < replay->steps->len; i++) {
        const ReplayStep *step = &g_array_index(replay->steps, ReplayStep, i);
        Line line = {begin + step->t, replay, step, NULL};

        g_array_append_val(lines, line);
    }
    for (guint i = 0; i < replay->icmp->len; i++) {
        const ReplayIcmp *icmp = &g_array_index(replay->icmp, ReplayIcmp, i);
        Line line = {begin + icmp->t, replay, NULL, icmp};

        g_array_append_val(lines, line);
    }
}

static void append_line(GString *out, const Scenery *scenery, const Line *line)
{
    ReplayEnd end = line->step != NULL ? line->step->end : line->icmp->end;
    guint host = end == end_of(scenery, 0, line->replay) ? 0 : 1;
    guint conn = number_of(scenery, host, line->replay);
    g_autofree char *ports =
        g_strdup_printf(" port=%u from-port=%u", line->replay->ports[REPLAY_SERVER],
                        line->replay->ports[REPLAY_CLIENT]);
    SimTime begin = begin_of(scenery, line->replay);

    if (line->step != NULL)
        replay_append_step(out, line->replay, line->step, begin, conn,
                           has_several(scenery) ? ports : "");
    else
        replay_append_icmp(out, line->replay, line->icmp,
                           begin + replay_way_to(line->replay, line->icmp->end), conn);
}

/* Each port once. */
static void append_listeners(GString *out, const Scenery *scenery)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < scenery->replays->len; i++) {
        const Replay *replay = replay_at(scenery, i);
        g_autofree char *port = has_several(scenery)
                                    ? g_strdup_printf(" port=%u", replay->ports[REPLAY_SERVER])
                                    : g_strdup("");
        g_autofree char *line =
            g_strdup_printf("at 0s %s listen%s\n", replay->names[REPLAY_SERVER], port);

        if (!replay->listens || g_hash_table_contains(known, line))
            continue;
        g_string_append(out, line);
        g_hash_table_add(known, g_steal_pointer(&line));
    }
}

/* A moment later: what was late in the capture need not be so in the run. */
static void append_stop(GString *out, const Scenery *scenery)
{
    SimTime end = 0;

    for (guint i = 0; i < scenery->replays->len; i++)
        end = MAX(end, begin_of(scenery, replay_at(scenery, i)) + replay_at(scenery, i)->end);
    g_string_append(out, "stop ");
    append_at(out, end + 20 * SIM_MILLISECOND);
    g_string_append_c(out, '\n');
}

static void append_script(GString *out, const Scenery *scenery)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));

    append_listeners(out, scenery);
    for (guint i = 0; i < scenery->replays->len; i++)
        gather_lines(scenery, replay_at(scenery, i), lines);
    g_array_sort(lines, line_compare); /* stable, as GLib says */
    for (guint i = 0; i < lines->len; i++)
        append_line(out, scenery, &g_array_index(lines, Line, i));
    append_stop(out, scenery);
}

/* --- expectations ------------------------------------------------------------------------- */

/* The place of the capture shows all that the host sent. */
static gboolean is_seen(const Scenery *scenery, guint host)
{
    gboolean all = TRUE;

    for (guint i = 0; i < scenery->replays->len; i++) {
        const Replay *replay = replay_at(scenery, i);
        ReplayPlace place =
            end_of(scenery, host, replay) == REPLAY_CLIENT ? REPLAY_AT_CLIENT : REPLAY_AT_SERVER;

        all = all && (replay->place == REPLAY_BETWEEN || replay->place == place);
    }
    return all;
}

static void append_expectations(GString *out, const Scenery *scenery, guint host)
{
    static const SegmentClass told[] = {SEGMENT_SYN, SEGMENT_SYN_ACK, SEGMENT_FIN};
    const GArray *list = scenery->sent[host];

    for (guint i = 0; is_seen(scenery, host) && i < G_N_ELEMENTS(told); i++) {
        guint count = 0;

        for (guint j = 0; j < list->len; j++)
            count += g_array_index(list, ReplaySent, j).class == told[i] &&
                     !g_array_index(list, ReplaySent, j).is_copy;
        if (count > 0)
            g_string_append_printf(out, "expect %s sends %s %u times\n", scenery->names[host],
                                   segment_class_name(told[i]), count);
    }
}

/* --- all of it ---------------------------------------------------------------------------- */

static void append_head(GString *out, const Scenery *scenery, const char *source)
{
    static const char *const places[] = {
        [REPLAY_AT_CLIENT] = "the client",
        [REPLAY_AT_SERVER] = "the server",
        [REPLAY_BETWEEN] = "a place between the hosts, or at both",
    };
    g_autoptr(GString) title = g_string_new("What is seen in ");

    g_string_append(title, source);
    g_string_append(out, "title ");
    replay_append_quoted(out, title->str);
    g_string_append_printf(out,
                           "\nabout \"Inferred: the capture was taken at %s; what was sent again "
                           "was lost before, or its answer was.\"\n\n",
                           places[replay_at(scenery, 0)->place]);
}

void view_scenario(const GPtrArray *replays, const char *const profiles[REPLAY_ENDS],
                   const char *source, GString *out)
{
    const Replay *first = g_ptr_array_index(replays, 0);
    Scenery scenery = {.replays = replays};

    for (guint host = 0; host < REPLAY_ENDS; host++) {
        scenery.names[host] = first->names[host];
        scenery.hosts[host] = first->hosts[host];
    }
    for (guint host = 0; host < REPLAY_ENDS; host++)
        gather_sent(&scenery, host);
    append_head(out, &scenery, source);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        replay_append_host(out, first, end, profiles[end]);
        g_string_append_c(out, '\n');
    }
    append_links(out, &scenery);
    g_string_append_c(out, '\n');
    append_faults(out, &scenery);
    append_script(out, &scenery);
    g_string_append_c(out, '\n');
    for (guint host = 0; host < REPLAY_ENDS; host++) {
        append_expectations(out, &scenery, host);
        g_array_unref(scenery.sent[host]);
    }
}

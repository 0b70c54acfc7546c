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

static void append_links(GString *out, const Replay *replay)
{
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        g_string_append_printf(out, "link %s->%s delay=", replay->names[end],
                               replay->names[end == REPLAY_CLIENT ? REPLAY_SERVER : REPLAY_CLIENT]);
        replay_append_time(out, replay->delay[end]);
        g_string_append_c(out, '\n');
    }
}

/* --- losses ------------------------------------------------------------------------------- */

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

static void append_losses_of(GString *out, const Replay *replay, ReplayEnd end, SegmentClass of)
{
    g_autofree char *what =
        g_strdup_printf("drop %s %s ", replay->names[end], segment_class_name(of));
    g_autoptr(GString) text = g_string_new(NULL);
    Selection selection = {.text = text};
    guint number = 0;

    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = &g_array_index(replay->sent[end], ReplaySent, i);

        if (sent->class != of)
            continue;
        number++;
        if (sent->is_lost)
            select_number(&selection, number, what, out);
    }
    close_range(&selection);
    flush(&selection, what, out);
}

static void append_losses(GString *out, const Replay *replay)
{
    gsize before = out->len;

    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        for (SegmentClass of = 0; of < SEGMENT_ANY; of++)
            append_losses_of(out, replay, end, of);
    }
    if (out->len > before)
        g_string_append_c(out, '\n');
}

/* --- the script --------------------------------------------------------------------------- */

void replay_append_step(GString *out, const Replay *replay, const ReplayStep *step, SimTime later,
                        const char *options)
{
    static const char *const words[] = {
        [REPLAY_SHUTDOWN] = "shutdown", [REPLAY_CLOSE] = "close", [REPLAY_ABORT] = "abort"};

    if (step->is_answer) {
        g_string_append_printf(out, "when %s CLOSE-WAIT", replay->names[step->end]);
    } else {
        g_string_append(out, "at ");
        replay_append_time(out, step->t + later);
    }
    g_string_append_printf(out, " %s ", replay->names[step->end]);
    if (step->act == REPLAY_CONNECT)
        g_string_append_printf(out, "connect %s%s\n", replay->names[REPLAY_SERVER], options);
    else if (step->act == REPLAY_SEND)
        g_string_append_printf(out, "send %" G_GUINT64_FORMAT "\n", step->bytes);
    else
        g_string_append_printf(out, "%s\n", words[step->act]);
}

/* A moment later: what was late in the capture need not be so in the run. */
static void append_stop(GString *out, const Replay *replay)
{
    g_string_append(out, "stop at ");
    replay_append_time(out, replay->end + 20 * SIM_MILLISECOND);
    g_string_append_c(out, '\n');
}

/* Of what the place of the capture shows all. */
static void append_expectations(GString *out, const Replay *replay, ReplayEnd end)
{
    static const SegmentClass told[] = {SEGMENT_SYN, SEGMENT_SYN_ACK, SEGMENT_FIN};
    gboolean is_seen =
        replay->place == REPLAY_BETWEEN ||
        replay->place == (end == REPLAY_CLIENT ? REPLAY_AT_CLIENT : REPLAY_AT_SERVER);

    for (guint i = 0; is_seen && i < G_N_ELEMENTS(told); i++) {
        guint count = 0;

        for (guint j = 0; j < replay->sent[end]->len; j++)
            count += g_array_index(replay->sent[end], ReplaySent, j).class == told[i];
        if (count > 0)
            g_string_append_printf(out, "expect %s sends %s %u times\n", replay->names[end],
                                   segment_class_name(told[i]), count);
    }
}

/* --- all of it ---------------------------------------------------------------------------- */

static void append_head(GString *out, const Replay *replay, const char *source)
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
                           places[replay->place]);
}

void view_scenario(const Replay *replay, const char *const profiles[REPLAY_ENDS],
                   const char *source, GString *out)
{
    append_head(out, replay, source);
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        replay_append_host(out, replay, end, profiles[end]);
        g_string_append_c(out, '\n');
    }
    append_links(out, replay);
    g_string_append_c(out, '\n');
    append_losses(out, replay);
    if (replay->listens)
        g_string_append_printf(out, "at 0s %s listen\n", replay->names[REPLAY_SERVER]);
    for (guint i = 0; i < replay->steps->len; i++)
        replay_append_step(out, replay, &g_array_index(replay->steps, ReplayStep, i), 0, "");
    append_stop(out, replay);
    g_string_append_c(out, '\n');
    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++)
        append_expectations(out, replay, end);
}

/* A replay as a scenario of one end alone: its peer is mute, and each of the peer's segments that the capture shows is
 * forged at the time at which it came to the host.
 *
 * Numbers: the host begins at REPLAY_ALONE_ISS (isn=fixed), its peer at a number of ours.  What the peer echoes of
 * the host's timestamps becomes the host's clock in the run, whose ticks are milliseconds from 1 on, at the time at which
 * the host sent what is echoed.
 */
#include <string.h>

#include "view/replay_words.h"

enum { PEER_ISS = 100000, CLIENT_PORT = 40000, SERVER_PORT = 80, MSS_USUAL = 1460 };

static ReplayEnd other(ReplayEnd end)
{
    return end == REPLAY_CLIENT ? REPLAY_SERVER : REPLAY_CLIENT;
}

static const ReplaySent *sent_at(const Replay *replay, ReplayEnd end, guint i)
{
    return &g_array_index(replay->sent[end], ReplaySent, i);
}

/* --- the host ----------------------------------------------------------------------------- */

static gboolean has_option(const Replay *replay, ReplayEnd end, guint8 bit)
{
    for (guint i = 0; i < replay->sent[end]->len; i++) {
        const ReplaySent *sent = sent_at(replay, end, i);

        if (sent->seen != NULL && (sent->seen->segment.options.present & bit))
            return TRUE;
    }
    return FALSE;
}

/* Probes while the window is open: somebody has asked for them, at times of his own. */
typedef struct Keepalive {
    SimTime idle, interval; /* whole seconds; 0: not seen */
} Keepalive;

/* The roundest number of seconds that may have been set: timers are late by up to an eighth, and not early. */
static SimTime round_seconds(SimTime seen)
{
    static const guint units[] = {3600, 600, 60, 30, 10, 5, 1};
    SimTime least = seen - seen / 8, most = seen + SIM_SECOND / 2;

    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        SimTime unit = units[i] * SIM_SECOND, at = most / unit * unit;

        if (at >= least && at > 0)
            return at;
    }
    return SIM_SECOND;
}

/* When something was last heard or said before. */
static SimTime last_before(const Replay *replay, SimTime t)
{
    SimTime last = 0;

    for (ReplayEnd end = 0; end < REPLAY_ENDS; end++) {
        for (guint i = 0; i < replay->sent[end]->len && sent_at(replay, end, i)->t < t; i++)
            last = MAX(last, sent_at(replay, end, i)->t);
    }
    return last;
}

static Keepalive keepalive_of(const Replay *replay, ReplayEnd end)
{
    Keepalive seen = {0, 0};
    const ReplaySent *before = NULL;
    guint window = 1, at = 0;

    for (guint i = 0; i < replay->sent[end]->len && seen.interval == 0; i++) {
        const ReplaySent *sent = sent_at(replay, end, i);

        for (; at < replay->sent[other(end)]->len && sent_at(replay, other(end), at)->t < sent->t;
             at++)
            window = sent_at(replay, other(end), at)->seen != NULL
                         ? sent_at(replay, other(end), at)->seen->segment.window
                         : window;
        if (!sent->is_probe || sent->is_new || window == 0)
            continue;
        if (seen.idle == 0)
            seen.idle = round_seconds(sent->t - last_before(replay, sent->t));
        else if (last_before(replay, sent->t) == before->t)
            seen.interval = round_seconds(sent->t - before->t);
        before = sent;
    }
    return seen;
}

static void append_keepalive(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    enum { SECONDS_MOST = 32767 };
    Keepalive seen = keepalive_of(replay, alone->end);

    if (seen.idle == 0)
        return;
    g_string_append(out, " keepalive=yes");
    if (!alone->sets_keepalive)
        return;
    g_string_append_printf(out, " tcp_keepalive_time=%d",
                           (int)MIN(seen.idle / SIM_SECOND, SECONDS_MOST));
    if (seen.interval != 0)
        g_string_append_printf(out, " tcp_keepalive_intvl=%d",
                               (int)MIN(seen.interval / SIM_SECOND, SECONDS_MOST));
}

/* What was agreed is what was agreed, whatever the profile would have offered. */
static void append_scaling(GString *out, const Replay *replay, ReplayEnd end)
{
    const Segment *own = replay_opening_of(replay, end);

    if (own != NULL)
        g_string_append_printf(out, " tcp_window_scaling=%d",
                               (own->options.present & OPTION_WINDOW_SCALE) != 0);
    else
        g_string_append_printf(out, " tcp_window_scaling=%d tcp_timestamps=%d",
                               replay->shift[other(end)] > 0,
                               has_option(replay, end, OPTION_TIMESTAMPS));
}

static void append_hosts(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    const char *host = replay->names[alone->end], *peer = replay->names[other(alone->end)];

    replay_append_host(out, replay, alone->end, alone->profile);
    append_scaling(out, replay, alone->end);
    append_keepalive(out, replay, alone);
    g_string_append_printf(out,
                           " timers=real isn=fixed\n"
                           "host %s rfc6298\n"
                           "link %s %s\n\n"
                           "at 0s %s crash\n",
                           peer, host, peer, peer);
}

/* --- its peer ----------------------------------------------------------------------------- */

static gboolean carries(const ReplaySent *sent, guint32 timestamp)
{
    return sent->seen != NULL && (sent->seen->segment.options.present & OPTION_TIMESTAMPS) &&
           sent->seen->segment.options.ts_val == timestamp;
}

/* When what `sent` says was first said. */
static SimTime first_sent(const Replay *replay, ReplayEnd end, const ReplaySent *sent)
{
    guint i = 0;

    while (sent_at(replay, end, i)->seq != sent->seq || sent_at(replay, end, i)->end != sent->end)
        i++;
    return sent_at(replay, end, i)->t;
}

/* The host's clock when it sent what carries this timestamp; if nobody knows (segment tables have no values), the last
 * that can have come to the peer by `t`, or the first time that this was sent. */
static guint32 echo_of(const Replay *replay, const ReplayAlone *alone, guint32 echoed, SimTime t)
{
    const ReplaySent *echo = NULL;
    SimTime at = 0;

    for (guint i = 0; i < replay->sent[alone->end]->len; i++) {
        const ReplaySent *sent = sent_at(replay, alone->end, i);

        if (echoed != 0 && carries(sent, echoed)) {
            echo = sent;
            break;
        }
        if (sent->t + replay->delay[alone->end] <= t && !sent->is_lost)
            echo = sent;
    }
    if (echo != NULL)
        at = alone->echoes_first && echoed == 0 ? first_sent(replay, alone->end, echo) : echo->t;
    return (guint32)((at + alone->before) / SIM_MILLISECOND) + 1;
}

static void append_options(GString *out, const Replay *replay, const ReplayAlone *alone,
                           const ReplaySent *sent)
{
    const SegmentOptions *options = &sent->seen->segment.options;
    guint32 to_run = REPLAY_ALONE_ISS + sent->ack - sent->seen->segment.ack;

    if (options->present & OPTION_MSS)
        g_string_append_printf(out, " mss=%u", options->mss);
    if (options->present & OPTION_WINDOW_SCALE)
        g_string_append_printf(out, " wscale=%u", MIN(options->window_scale, 14));
    if (options->present & OPTION_SACK_PERMITTED)
        g_string_append(out, " sackok");
    if (options->present & OPTION_TIMESTAMPS)
        g_string_append_printf(out, " ts=%u,%u", options->ts_val,
                               echo_of(replay, alone, options->ts_ecr, sent->t));
    for (guint i = 0; (options->present & OPTION_SACK) && i < options->sack_count; i++)
        g_string_append_printf(out, "%s%u:%u", i == 0 ? " sack=" : ",",
                               options->sack[i].left + to_run, options->sack[i].right + to_run);
    replay_append_order(out, options);
}

static void append_flags(GString *out, guint8 flags)
{
    static const struct {
        guint8 flag;
        char letter;
    } letters[] = {{TCP_FIN, 'F'}, {TCP_SYN, 'S'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'}, {TCP_ACK, '.'}};

    for (guint i = 0; i < G_N_ELEMENTS(letters); i++) {
        if (flags & letters[i].flag)
            g_string_append_c(out, letters[i].letter);
    }
}

static void append_begin(GString *out, const Replay *replay, const ReplayAlone *alone, SimTime t,
                         const char *class)
{
    gboolean is_client = alone->end == REPLAY_CLIENT;

    g_string_append(out, "at ");
    replay_append_time(out, t);
    g_string_append_printf(out, " inject %s->%s %s from-port=%d port=%d",
                           replay->names[other(alone->end)], replay->names[alone->end], class,
                           is_client ? SERVER_PORT : CLIENT_PORT,
                           is_client ? CLIENT_PORT : SERVER_PORT);
}

/* When it came to the host, by the capture's clock. */
static SimTime arrival_of(const Replay *replay, const ReplayAlone *alone, const ReplaySent *sent)
{
    return sent->t + sent->late + replay->delay[other(alone->end)];
}

static void append_arrival(GString *out, const Replay *replay, const ReplayAlone *alone,
                           const ReplaySent *sent)
{
    const Segment *segment = &sent->seen->segment;
    guint8 flags = segment->flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK);

    if ((sent->is_lost && !alone->all_arrive) || (sent->is_doubtful && alone->doubtful_lost) ||
        flags == 0)
        return;
    append_begin(out, replay, alone, arrival_of(replay, alone, sent) + alone->before,
                 segment_class_name(sent->class));
    g_string_append(out, " flags=");
    append_flags(out, flags);
    g_string_append_printf(out, " seq=%u win=%u len=%u", PEER_ISS + sent->seq, segment->window,
                           segment->length);
    if (flags & TCP_ACK)
        g_string_append_printf(out, " ack=%u", REPLAY_ALONE_ISS + sent->ack);
    append_options(out, replay, alone, sent);
    g_string_append_c(out, '\n');
}

/* --- what nobody saw ---------------------------------------------------------------------- */

/* What the host was told of the peer's segments: as long as those that it sends in a row, of one length. */
static guint mss_of(const Replay *replay, ReplayEnd end)
{
    static const SimTime at_once = SIM_MILLISECOND;
    enum { TIMESTAMPS = 12 };
    guint longest = 0;

    for (guint i = 1; i < replay->sent[end]->len; i++) {
        const ReplaySent *before = sent_at(replay, end, i - 1), *sent = sent_at(replay, end, i);
        guint32 length = sent->end - sent->seq;

        if (sent->seen != NULL && before->seen != NULL && length == before->end - before->seq &&
            sent->t - before->t <= at_once && length <= MSS_USUAL)
            longest = MAX(longest, length);
    }
    if (longest == 0)
        return MSS_USUAL;
    return MIN(longest + (has_option(replay, end, OPTION_TIMESTAMPS) ? TIMESTAMPS : 0), MSS_USUAL);
}

/* So much the host sends before it hears anything: there was room for that. */
static guint32 first_flight(const Replay *replay, const ReplayAlone *alone)
{
    const GArray *heard = replay->sent[other(alone->end)];
    SimTime first = heard->len > 0 ? sent_at(replay, other(alone->end), 0)->t : SIM_NEVER;
    guint32 furthest = 1;

    for (guint i = 0; i < replay->sent[alone->end]->len; i++) {
        const ReplaySent *sent = sent_at(replay, alone->end, i);

        if (sent->t <= first && seq_gt(sent->end, furthest))
            furthest = sent->end;
    }
    return furthest - 1;
}

/* Of the peer's SYN-ACK, whose window is not scaled. */
static void append_window(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    enum { WINDOW_MAX = 65535 };
    guint64 widest = (guint64)replay_widest_window(replay, other(alone->end))
                     << replay->shift[other(alone->end)];

    if (replay->begin == REPLAY_FROM_LATER && widest > 0)
        g_string_append_printf(out, " win=%u",
                               (guint)MIN(MAX(widest, first_flight(replay, alone)), WINDOW_MAX));
}

/* The peer's part of a handshake before the capture. */
static void append_handshake(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    gboolean is_passive = replay->begin == REPLAY_FROM_SYN_ACK;
    const Segment *own = replay_opening_of(replay, alone->end);

    append_begin(out, replay, alone, alone->round_trip, is_passive ? "SYN" : "SYN-ACK");
    if (is_passive)
        g_string_append_printf(out, " seq=%d mss=%d", PEER_ISS, MSS_USUAL);
    else
        g_string_append_printf(out, " seq=%d ack=%d mss=%u", PEER_ISS, REPLAY_ALONE_ISS + 1,
                               mss_of(replay, alone->end));
    append_window(out, replay, alone);
    if (is_passive ? own != NULL && (own->options.present & OPTION_SACK_PERMITTED)
                   : alone->peer_has_sack)
        g_string_append(out, " sackok");
    if (has_option(replay, alone->end, OPTION_TIMESTAMPS))
        g_string_append_printf(out, " ts=1,%d", is_passive ? 0 : 1);
    if (own != NULL ? (own->options.present & OPTION_WINDOW_SCALE) != 0
                    : replay->shift[other(alone->end)] > 0)
        g_string_append_printf(out, " wscale=%u",
                               own != NULL ? 7 : replay->shift[other(alone->end)]);
    g_string_append_c(out, '\n');
}

static void append_opening(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    if (alone->end == REPLAY_SERVER && replay->begin != REPLAY_FROM_LATER) {
        g_string_append_printf(out, "at 0s %s listen\n", replay->names[alone->end]);
        if (replay->begin == REPLAY_FROM_SYN_ACK)
            append_handshake(out, replay, alone);
        return;
    }
    g_string_append_printf(out, "at 0s %s connect %s port=%d from-port=%d\n",
                           replay->names[alone->end], replay->names[other(alone->end)],
                           alone->end == REPLAY_CLIENT ? SERVER_PORT : CLIENT_PORT,
                           alone->end == REPLAY_CLIENT ? CLIENT_PORT : SERVER_PORT);
    if (replay->begin == REPLAY_FROM_LATER)
        append_handshake(out, replay, alone);
}

static void append_steps(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    for (guint i = 0; i < replay->steps->len; i++) {
        const ReplayStep *step = &g_array_index(replay->steps, ReplayStep, i);

        if (step->end == alone->end && step->act != REPLAY_CONNECT)
            replay_append_step(out, replay, step, alone->before, 0, "");
    }
}

/* What ICMP said to the host, when it came there. */
static void append_icmp(GString *out, const Replay *replay, const ReplayAlone *alone)
{
    SimTime delay = replay_way_to(replay, alone->end);

    for (guint i = 0; i < replay->icmp->len; i++) {
        const ReplayIcmp *icmp = &g_array_index(replay->icmp, ReplayIcmp, i);

        if (icmp->end == alone->end)
            replay_append_icmp(out, replay, icmp, alone->before + delay, 0);
    }
}

void view_scenario_alone(const Replay *replay, const ReplayAlone *alone, GString *out)
{
    const GArray *arrivals = replay->sent[other(alone->end)];

    append_hosts(out, replay, alone);
    append_opening(out, replay, alone);
    for (guint i = 0; i < arrivals->len; i++) {
        const ReplaySent *sent = &g_array_index(arrivals, ReplaySent, i);

        if (sent->seen != NULL)
            append_arrival(out, replay, alone, sent);
    }
    append_icmp(out, replay, alone);
    append_steps(out, replay, alone);
    g_string_append(out, "stop at ");
    replay_append_time(out, replay->end + alone->before + alone->until);
    g_string_append_c(out, '\n');
}

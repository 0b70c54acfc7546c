/* What identifying came to, for people. */
#include "cli/identify_text.h"

#include <math.h>
#include <string.h>

#include "escape/escape.h"
#include "trace/time_text.h"

const char *identify_tier_name(IdentifyTier tier)
{
    static const char *const names[IDENTIFY_TIER_COUNT] = {"whole", "stops", "gaps", "limits",
                                                           "other"};

    return names[tier];
}

static double milliseconds(SimTime t)
{
    return (double)t / (double)SIM_MILLISECOND;
}

static const IdentifyFit *fit_at(const IdentifyAnswer *answer, guint i)
{
    return &g_array_index(answer->fits, IdentifyFit, i);
}

guint identify_wanted(const IdentifySubject *subject, const IdentifyAnswer *answer)
{
    guint wanted = 0;

    for (guint i = 0; i < subject->repeats->len; i++)
        wanted += g_array_index(subject->repeats, IdentifyRepeat, i).is_answer ? 0 : 1;
    for (guint i = 0; i < answer->fits->len; i++)
        wanted = MAX(wanted, fit_at(answer, i)->explained);
    return wanted;
}

/* --- what was seen ------------------------------------------------------------------------ */

static void append_count(GString *out, guint count, const char *what)
{
    g_string_append_printf(out, "%u %s%s", count, what, count == 1 ? "" : "s");
}

/* "SYN", "FIN with data", "probe" */
static const char *name_of(const ReplaySent *sent)
{
    if (sent->is_probe)
        return "probe";
    if (sent->class == SEGMENT_FIN && sent->seen->segment.length > 0)
        return "DATA+FIN";
    return segment_class_name(sent->class);
}

static void append_waits(GString *out, const IdentifySubject *subject)
{
    enum { SHOWN = 12 };
    const GArray *repeats = subject->repeats;
    const GArray *sent = subject->replay->sent[subject->end];
    SimTime before = 0;

    g_string_append(out, repeats->len == 1 ? "after a wait of " : "after waits of ");
    for (guint i = 0, at = 0; i < MIN(repeats->len, SHOWN); i++) {
        const IdentifyRepeat *repeat = &g_array_index(repeats, IdentifyRepeat, i);

        for (; &g_array_index(sent, ReplaySent, at) != repeat->sent; at++)
            before = g_array_index(sent, ReplaySent, at).t;
        g_string_append(out, i > 0 ? ", " : "");
        time_append_about(repeat->t - before, out);
    }
    g_string_append(out, repeats->len > SHOWN ? ", ... s\n" : " s\n");
}

static void append_place(GString *out, const IdentifySubject *subject)
{
    const Replay *replay = subject->replay;
    static const char *const places[] = {"at the client", "at the server",
                                         "between the hosts, or at both"};

    if (replay->begin == REPLAY_FROM_LATER) {
        g_string_append(
            out, "No handshake was seen: the round trip is not known, and what timeouts rest on is "
                 "fitted to the first wait.\n");
        return;
    }
    if (!replay->knows_delays) {
        g_string_append(
            out,
            "Nothing was answered: no round trip is known, and it is taken to be seen where it "
            "was\nsent.\n");
        return;
    }
    g_string_append_printf(out, "Seen %s; round trip ", places[replay->place]);
    time_append(replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER], out);
    g_string_append(out, ".\n");
}

static void append_heading(GString *out, const IdentifySubject *subject)
{
    escape_terminal(subject->replay->names[subject->end], out);
    g_string_append_printf(out, ", connection %u: sent ", subject->flow);
    if (subject->repeats->len > 0) {
        append_count(out, subject->repeats->len, "segment");
        g_string_append(out, " again, ");
        append_waits(out, subject);
    } else {
        append_count(out, subject->other_numbers + 1, "SYN-ACK");
        g_string_append_c(out, '\n');
    }
    append_place(out, subject);
    if (subject->replay->start > 0) {
        g_string_append(out, "Times count from its start, at ");
        time_append_about(subject->replay->start, out);
        g_string_append(out, " s.\n");
    }
    if (subject->is_cut)
        g_string_append_printf(out, "Only its first %d segments were looked at.\n",
                               IDENTIFY_SEGMENTS_MAX);
    g_string_append_c(out, '\n');
}

/* --- who it is ---------------------------------------------------------------------------- */

/* "linux-2.4", "a or b", "a, b or c"; lines break behind commas. */
static void append_names(GString *out, const IdentifyAnswer *answer, guint count)
{
    enum { WIDTH = 78 };

    for (guint i = 0; i < count; i++) {
        const char *name = fit_at(answer, i)->name, *line = strrchr(out->str, '\n');
        gsize before = line != NULL ? (gsize)(out->str + out->len - line) : out->len;

        g_string_append(out, i == 0 ? "" : i + 1 == count ? " or" : ",");
        if (i > 0)
            g_string_append_c(out, before + strlen(name) + 2 > WIDTH ? '\n' : ' ');
        escape_terminal(name, out);
    }
}

/* When the first of the possible ones is told apart from another, the soonest; 0: never. */
static SimTime soonest_apart(const IdentifyAnswer *answer, const IdentifyFit **other)
{
    SimTime soonest = 0;

    for (guint i = 1; i < answer->possible; i++) {
        SimTime apart = identify_apart(fit_at(answer, 0), fit_at(answer, i));

        if (apart == 0 || (soonest != 0 && apart >= soonest))
            continue;
        soonest = apart;
        *other = fit_at(answer, i);
    }
    return soonest;
}

static void append_next(GString *out, const IdentifyFit *fit)
{
    escape_terminal(fit->name, out);
    if (fit->next == SIM_NEVER) {
        g_string_append(out, " sends nothing more");
        return;
    }
    g_string_append(out, " sends again at ");
    time_append_about(fit->next, out);
    g_string_append(out, " to ");
    time_append_about(fit->next_most, out);
    g_string_append(out, " s");
}

static void append_apart(GString *out, const IdentifyAnswer *answer)
{
    const IdentifyFit *other = NULL;
    SimTime apart = soonest_apart(answer, &other);

    if (apart == 0) {
        g_string_append(out, "The next repetition would not tell them apart either.\n");
        return;
    }
    g_string_append(out, "To tell more, the capture would have to go on until ");
    time_append_about(apart, out);
    g_string_append(out, " s: ");
    append_next(out, fit_at(answer, 0));
    g_string_append(out, ", ");
    append_next(out, other);
    g_string_append(out, ".\n");
}

/* How much likelier the first is than the one behind it, if it is so by far. */
static void append_likelier(GString *out, const IdentifyAnswer *answer)
{
    static const double far = 3.0; /* 20 times */
    double by = identify_score(fit_at(answer, 0)) - identify_score(fit_at(answer, 1));

    if (fit_at(answer, 0)->tier != fit_at(answer, 1)->tier || by < far)
        return;
    g_string_append(out, "By the lateness of its timers and by how it opens, ");
    escape_terminal(fit_at(answer, 0)->name, out);
    g_string_append_printf(out, " is\n%s times likelier than the next.\n",
                           by > log(1e6)   ? "more than a million"
                           : by > log(1e3) ? "more than a thousand"
                                           : "more than 20");
}

static void append_none(GString *out, const IdentifySubject *subject, const IdentifyAnswer *answer)
{
    const IdentifyFit *best = fit_at(answer, 0);

    if (subject->other_numbers > 0) {
        g_string_append_printf(
            out,
            "None of these: %u of its SYN-ACKs have other numbers than the first, so they are "
            "no repetitions:\nsomebody answered anew, without a timer.\n",
            subject->other_numbers);
        return;
    }
    g_string_append(out, "None of these explains it; the nearest, ");
    escape_terminal(best->name, out);
    g_string_append_printf(out, ", explains %u of ", best->explained);
    append_count(out, identify_wanted(subject, answer), "wait");
    g_string_append(out, ".\n");
}

static void append_assumed(GString *out, const IdentifyFit *best)
{
    if (best->unseen > 0)
        g_string_append_printf(out, "The capture began late: %u had been sent before.\n",
                               best->unseen);
    if (best->round_trip > 0) {
        g_string_append(out, "With the round trip that fits ");
        escape_terminal(best->name, out);
        g_string_append_printf(out, " best: %.1f ms.\n", milliseconds(best->round_trip));
    }
}

static void append_verdict(GString *out, const IdentifySubject *subject,
                           const IdentifyAnswer *answer)
{
    guint possible = answer->possible;

    if (possible == 0) {
        append_none(out, subject, answer);
        return;
    }
    if (identify_wanted(subject, answer) == 0) {
        g_string_append(
            out,
            "No timer ran out: what it sent again answered something. That tells no stack from "
            "another.\n");
        return;
    }
    g_string_append(out, possible == 1 ? "It behaves as " : "It is one of ");
    append_names(out, answer, possible);
    g_string_append(out, possible == 1 ? " does, and as no other here: every wait is explained.\n"
                                       : ":\neach explains every wait.\n");
    append_assumed(out, fit_at(answer, 0));
    if (possible > 1) {
        append_likelier(out, answer);
        append_apart(out, answer);
    }
}

/* What the opening segments of those that it can be would have been otherwise. */
static void append_openings(GString *out, const IdentifyAnswer *answer)
{
    gboolean is_first = TRUE;

    for (guint i = 0; i < answer->possible; i++) {
        const IdentifyWitness *witness = &fit_at(answer, i)->witness;

        if (!witness->is_there)
            continue;
        g_string_append(out,
                        is_first ? "\nHow it opened, beside what each would have sent:\n" : "");
        is_first = FALSE;
        g_string_append_printf(out, "     %-12s  %s\n", fit_at(answer, i)->name,
                               witness->differs != NULL ? witness->differs : "the same");
    }
}

/* --- side by side ------------------------------------------------------------------------- */

static void append_seconds(GString *out, SimTime t, int width)
{
    char text[SIM_TIME_TEXT_MAX] = "-";

    if (t != G_MININT64)
        sim_time_format_seconds(t / SIM_MICROSECOND * SIM_MICROSECOND, 4, text);
    if (strchr(text, '.') != NULL && strlen(strchr(text, '.')) > 5)
        *(strchr(text, '.') + 5) = '\0';
    g_string_append_printf(out, "%*s", width, text);
}

static void append_wait(GString *out, const IdentifyWait *wait)
{
    append_seconds(out, wait->repeat != NULL ? wait->repeat->t : G_MININT64, 12);
    g_string_append_printf(out, "  %-9s",
                           wait->repeat != NULL ? name_of(wait->repeat->sent) : "(nothing)");
    append_seconds(out, wait->seen, 11);
    append_seconds(out, wait->predicted, 13);
    if (wait->seen != G_MININT64 && wait->predicted != G_MININT64)
        g_string_append_printf(
            out, "%+10.1f  %+.0f to %+.0f%s", milliseconds(wait->seen - wait->predicted),
            milliseconds(wait->least), milliseconds(wait->most), wait->is_explained ? "" : "  !");
    g_string_append_c(out, '\n');
}

static void append_side_by_side(GString *out, const IdentifyFit *best)
{
    enum { ROWS_MOST = 40 };

    if (best->waits->len == 0)
        return;
    g_string_append(out, "\nThe waits beside ");
    escape_terminal(best->name, out);
    if (best->hz > 0)
        g_string_append_printf(out, " (with %u jiffies a second)", best->hz);
    g_string_append(out, ":\n\n");
    g_string_append_printf(out, "%12s  %-9s%11s%13s%10s  %s\n", "at, s", "segment", "waited, s",
                           "predicted, s", "late, ms", "may be, ms");
    for (guint i = 0; i < MIN(best->waits->len, ROWS_MOST); i++)
        append_wait(out, &g_array_index(best->waits, IdentifyWait, i));
    if (best->waits->len > ROWS_MOST)
        g_string_append_printf(out, "%12s  and %u more\n", "", best->waits->len - ROWS_MOST);
}

/* --- all profiles ------------------------------------------------------------------------- */

static const IdentifyWait *parting_of(const IdentifyFit *fit)
{
    return fit->waits->len > fit->explained
               ? &g_array_index(fit->waits, IdentifyWait, fit->waits->len - 1)
               : NULL;
}

static void append_parting(GString *out, const IdentifyFit *fit)
{
    const IdentifyWait *wait = parting_of(fit);

    if (wait == NULL) {
        g_string_append(out, "sends no SYN-ACK of another number");
    } else if (wait->predicted == G_MININT64) {
        g_string_append(out, "would have given up before");
    } else {
        g_string_append(out, "would have waited ");
        time_append_about(wait->predicted, out);
        g_string_append(out, " s");
        if (wait->repeat != NULL) {
            g_string_append(out, ", not ");
            time_append_about(wait->repeat->t - wait->from, out);
            g_string_append(out, " s");
        }
    }
    if (wait != NULL && wait->repeat != NULL) {
        g_string_append_printf(out, ", before the %s at ", name_of(wait->repeat->sent));
        time_append_about(wait->repeat->t, out);
        g_string_append(out, " s");
    } else if (wait != NULL) {
        g_string_append(out, " and sent again, at ");
        time_append_about(wait->from + wait->predicted, out);
        g_string_append(out, " s");
    }
}

static void append_reason(GString *out, const IdentifyFit *fit)
{
    switch (fit->tier) {
    case IDENTIFY_WHOLE: g_string_append(out, "every wait"); break;
    case IDENTIFY_STOPS:
        g_string_append(out, "every wait; but it would have sent again at ");
        time_append_about(parting_of(fit) != NULL ? parting_of(fit)->from : fit->next, out);
        g_string_append(out, " s");
        break;
    case IDENTIFY_GAPS:
        g_string_append_printf(out, "every wait, if %u of what it sent were lost before",
                               fit->gaps);
        break;
    case IDENTIFY_LIMITS:
        g_string_append(out, "every wait, with more attempts than it has by default");
        break;
    default: append_parting(out, fit);
    }
}

static gboolean is_as_good(const IdentifyFit *a, const IdentifyFit *b)
{
    static const double noise = 0.7; /* less than twice as likely */

    return a->tier == b->tier && a->explained == b->explained &&
           (a->tier == IDENTIFY_OTHER || fabs(identify_score(a) - identify_score(b)) < noise);
}

/* Equal ones share a rank. */
static void append_ranking(GString *out, const IdentifySubject *subject,
                           const IdentifyAnswer *answer)
{
    guint place = 1, wanted = identify_wanted(subject, answer);
    int width = 0;

    g_string_append_c(out, '\n');
    for (guint i = 0; i < answer->fits->len; i++)
        width = MAX(width, (int)strlen(fit_at(answer, i)->name));
    for (guint i = 0; i < answer->fits->len; i++) {
        const IdentifyFit *fit = fit_at(answer, i);

        if (i > 0 && !is_as_good(fit, fit_at(answer, i - 1)))
            place = i + 1;
        g_string_append_printf(out, "%3u  %-*s  %2u of %u  ", place, width, fit->name,
                               fit->explained, wanted);
        append_reason(out, fit);
        g_string_append_c(out, '\n');
    }
}

void identify_append_text(const IdentifySubject *subject, const IdentifyAnswer *answer,
                          GString *out)
{
    append_heading(out, subject);
    append_verdict(out, subject, answer);
    if (subject->other_numbers > 0)
        return;
    append_openings(out, answer);
    append_side_by_side(out, fit_at(answer, 0));
    append_ranking(out, subject, answer);
}

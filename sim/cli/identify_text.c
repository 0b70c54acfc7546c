/* What identifying came to, for people. */
#include "cli/identify_text.h"

#include <math.h>
#include <string.h>

#include "escape/escape.h"
#include "trace/time_text.h"

const char *identify_tier_name(IdentifyTier tier)
{
    static const char *const names[IDENTIFY_TIER_COUNT] = {"whole",    "stops",  "gaps",
                                                           "settings", "limits", "other"};

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

/* --- paragraphs --------------------------------------------------------------------------- */

enum { WIDTH = 78 };

void identify_append_paragraph(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    glong column = 0;

    for (char **word = words; *word != NULL; word++) {
        glong length = g_utf8_strlen(*word, -1);

        if (column > 0 && column + 1 + length > WIDTH) {
            g_string_append_c(out, '\n');
            column = 0;
        } else if (column > 0) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, *word);
        column += length;
    }
    g_string_append_c(out, '\n');
}

static void append_count(GString *out, guint count, const char *what)
{
    g_string_append_printf(out, "%u %s%s", count, what, count == 1 ? "" : "s");
}

/* --- what was seen ------------------------------------------------------------------------ */

/* "SYN", "DATA+FIN", "probe" */
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
    g_string_append(out, repeats->len > SHOWN ? ", ... s" : " s");
}

static void append_sender(GString *out, const IdentifySubject *subject)
{
    g_autoptr(GString) text = g_string_new(NULL);

    escape_terminal(subject->replay->names[subject->end], text);
    g_string_append_printf(text, ", connection %u: sent ", subject->flow);
    if (subject->repeats->len > 0) {
        append_count(text, subject->repeats->len, "segment");
        g_string_append(text, " again, ");
        append_waits(text, subject);
    } else {
        append_count(text, subject->other_numbers + 1, "SYN-ACK");
    }
    identify_append_paragraph(out, text->str);
}

static void append_place(GString *out, const IdentifySubject *subject)
{
    static const char *const places[] = {"at the client", "at the server",
                                         "between the hosts, or at both"};
    const Replay *replay = subject->replay;

    if (replay->begin == REPLAY_FROM_LATER) {
        identify_append_paragraph(
            out, "No handshake was seen, so no round trip is known; what timeouts rest on is "
                 "fitted to the first wait.");
        return;
    }
    if (!replay->knows_delays) {
        identify_append_paragraph(
            out, "Nothing was answered: no round trip is known, and it is taken to be seen "
                 "where it was sent.");
        return;
    }
    g_string_append_printf(out, "Seen %s; round trip ", places[replay->place]);
    time_append(replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER], out);
    g_string_append(out, ".\n");
}

static void append_heading(GString *out, const IdentifySubject *subject)
{
    append_sender(out, subject);
    append_place(out, subject);
    if (subject->replay->start >= 10 * SIM_MILLISECOND) {
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

/* "linux-2.4", "a or b", "a, b or c" */
static void append_names(GString *out, const IdentifyAnswer *answer, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_string_append(out, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        escape_terminal(fit_at(answer, i)->name, out);
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
    g_string_append(out, " sends again between ");
    time_append_about(fit->next, out);
    g_string_append(out, " and ");
    time_append_about(fit->next_most, out);
    g_string_append(out, " s");
}

static void append_apart(GString *out, const IdentifyAnswer *answer)
{
    const IdentifyFit *other = NULL;
    SimTime apart = soonest_apart(answer, &other);
    g_autoptr(GString) text = g_string_new(NULL);

    if (apart == 0) {
        g_string_append(out, "The next repetition would not tell them apart either.\n");
        return;
    }
    g_string_append(text, "To tell more, capture until ");
    time_append_about(apart, text);
    g_string_append(text, " s: ");
    append_next(text, fit_at(answer, 0));
    g_string_append(text, ", ");
    append_next(text, other);
    g_string_append_c(text, '.');
    identify_append_paragraph(out, text->str);
}

/* How much likelier the first is than the one behind it, if it is so by far. */
static void append_likelier(GString *out, const IdentifyAnswer *answer)
{
    static const double far = 3.0; /* 20 times */
    const IdentifyFit *first = fit_at(answer, 0), *next = fit_at(answer, 1);
    double by = identify_score(first) - identify_score(next);
    g_autoptr(GString) text = g_string_new("Of these ");

    if (first->tier != next->tier || by < far)
        return;
    escape_terminal(first->name, text);
    g_string_append(text, " is the likeliest by far, by the lateness of its timers");
    g_string_append(text, first->witness.is_there ? " and by how it opened." : ".");
    identify_append_paragraph(out, text->str);
}

static void append_none(GString *out, const IdentifySubject *subject, const IdentifyAnswer *answer)
{
    const IdentifyFit *best = fit_at(answer, 0);
    g_autoptr(GString) text = g_string_new("None of these");

    if (subject->other_numbers > 0) {
        g_string_append_printf(text,
                               ": %u of its SYN-ACKs %s another number than the first, so %s no "
                               "repetition%s: somebody answered anew, without a timer.",
                               subject->other_numbers, subject->other_numbers == 1 ? "has" : "have",
                               subject->other_numbers == 1 ? "it is" : "they are",
                               subject->other_numbers == 1 ? "" : "s");
    } else {
        g_string_append(text, " explains it; the nearest, ");
        escape_terminal(best->name, text);
        g_string_append_printf(text, ", explains %u of ", best->explained);
        append_count(text, identify_wanted(subject, answer), "wait");
        g_string_append_c(text, '.');
    }
    identify_append_paragraph(out, text->str);
}

static void append_assumed(GString *out, const IdentifyFit *best)
{
    if (best->unseen > 0)
        g_string_append_printf(out, "The capture began late: %u had been sent before.\n",
                               best->unseen);
    if (best->round_trip > 0) {
        g_string_append(out, "The round trip that fits ");
        escape_terminal(best->name, out);
        g_string_append_printf(out, " best: %.1f ms.\n", milliseconds(best->round_trip));
    }
}

/* Those that somebody must have set otherwise than they are. */
static void append_settable(GString *out, const IdentifyAnswer *answer)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (answer->settable == 0)
        return;
    for (guint i = 0; i < answer->settable; i++) {
        g_string_append(text, i == 0 ? "" : i + 1 == answer->settable ? " and " : ", ");
        escape_terminal(fit_at(answer, answer->possible + i)->name, text);
    }
    g_string_append_printf(text, " would, too, with %s.",
                           fit_at(answer, answer->possible)->setting);
    identify_append_paragraph(out, text->str);
}

static void append_loose(GString *out, const IdentifyAnswer *answer)
{
    if (answer->is_loose)
        identify_append_paragraph(
            out,
            "That is so only if it was captured on the way, behind a part whose delay varies by "
            "25 ms or which lost some of it.");
}

static void append_verdict(GString *out, const IdentifySubject *subject,
                           const IdentifyAnswer *answer)
{
    guint possible = answer->possible;
    g_autoptr(GString) text = g_string_new(NULL);

    if (possible == 0) {
        append_none(out, subject, answer);
        return;
    }
    if (identify_wanted(subject, answer) == 0) {
        identify_append_paragraph(
            out, "No timer ran out: what it sent again answered something. That tells no "
                 "stack from another.");
        return;
    }
    g_string_append(text, possible == 1 ? "It behaves as " : "Cannot tell ");
    append_names(text, answer, possible);
    g_string_append(text, possible == 1 ? " does, and as no other here: every wait is explained."
                                        : " apart: each explains every wait.");
    identify_append_paragraph(out, text->str);
    append_settable(out, answer);
    append_loose(out, answer);
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
        g_string_append_printf(out, "   %-10s  %s\n", fit_at(answer, i)->name,
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

/* At this time it would have sent as well, but something else. */
static gboolean is_other_segment(const IdentifyWait *wait)
{
    SimTime late;

    if (wait->repeat == NULL || wait->predicted == G_MININT64)
        return FALSE;
    late = wait->repeat->t - wait->from - wait->predicted;
    return late >= wait->least && late <= wait->most;
}

static void append_where(GString *out, const IdentifyWait *wait)
{
    g_string_append_printf(out, "the %s at ", name_of(wait->repeat->sent));
    time_append_about(wait->repeat->t, out);
    g_string_append(out, " s");
}

static void append_other_wait(GString *out, const IdentifyWait *wait)
{
    g_string_append(out, "waits ");
    time_append_about(wait->predicted, out);
    if (wait->repeat == NULL) {
        g_string_append(out, " s and sends again, at ");
        time_append_about(wait->from + wait->predicted, out);
        g_string_append(out, " s");
        return;
    }
    g_string_append(out, " s, not ");
    time_append_about(wait->repeat->t - wait->from, out);
    g_string_append(out, " s, before ");
    append_where(out, wait);
}

static void append_parting(GString *out, const IdentifyFit *fit)
{
    const IdentifyWait *wait = parting_of(fit);

    if (wait == NULL) {
        g_string_append(out, "sends nothing of that kind");
    } else if (is_other_segment(wait)) {
        g_string_append(out, "sends something else than ");
        append_where(out, wait);
    } else if (wait->predicted != G_MININT64) {
        append_other_wait(out, wait);
    } else {
        g_string_append(out, "gives up before ");
        append_where(out, wait);
    }
}

static void append_reason(GString *out, const IdentifyFit *fit)
{
    switch (fit->tier) {
    case IDENTIFY_WHOLE: g_string_append(out, "every wait"); break;
    case IDENTIFY_STOPS:
        g_string_append(out, "every wait; but it sends again at ");
        time_append_about(fit->next, out);
        g_string_append(out, " s");
        break;
    case IDENTIFY_GAPS:
        g_string_append_printf(out, "every wait, if %u more were lost before the capture",
                               fit->gaps);
        break;
    case IDENTIFY_SETTINGS: g_string_append_printf(out, "every wait, with %s", fit->setting); break;
    case IDENTIFY_LIMITS:
        g_string_append(out, "every wait, with more attempts than it makes by default");
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

/* What identifying came to, for programs: CSV, and JSON an object a line. */
#include "cli/identify_text.h"
#include "escape/escape.h"
#include "trace/time_text.h"

static const IdentifyFit *fit_at(const IdentifyAnswer *answer, guint i)
{
    return &g_array_index(answer->fits, IdentifyFit, i);
}

void identify_append_csv_head(GString *out)
{
    g_string_append(out, "host,connection,rank,profile,possible,tier,explained,waits,likelihood,hz,"
                         "unseen,round_trip_s,opening_differs\n");
}

static void append_round_trip(const IdentifyFit *fit, GString *out)
{
    if (fit->round_trip > 0)
        time_append_seconds(fit->round_trip, 0, out);
}

void identify_append_csv(const IdentifySubject *subject, const IdentifyAnswer *answer, GString *out)
{
    guint wanted = identify_wanted(subject, answer);

    for (guint i = 0; i < answer->fits->len; i++) {
        const IdentifyFit *fit = fit_at(answer, i);

        escape_csv(subject->replay->names[subject->end], out);
        g_string_append_printf(out, ",%u,%u,", subject->flow, i + 1);
        escape_csv(fit->name, out);
        g_string_append_printf(out, ",%s,%s,%u,%u,%.3f,", i < answer->possible ? "yes" : "no",
                               identify_tier_name(fit->tier), fit->explained, wanted,
                               fit->likelihood);
        if (fit->hz > 0)
            g_string_append_printf(out, "%u", fit->hz);
        g_string_append_printf(out, ",%u,", fit->unseen);
        append_round_trip(fit, out);
        g_string_append_c(out, ',');
        escape_csv(fit->witness.differs != NULL ? fit->witness.differs : "", out);
        g_string_append_c(out, '\n');
    }
}

/* --- JSON --------------------------------------------------------------------------------- */

static void append_time(const char *name, SimTime t, GString *out)
{
    g_string_append_printf(out, ",\"%s\":", name);
    if (t == G_MININT64 || t == SIM_NEVER)
        g_string_append(out, "null");
    else
        time_append_seconds(t, 0, out);
}

static void append_wait(const IdentifyWait *wait, GString *out)
{
    const IdentifyRepeat *repeat = wait->repeat;

    g_string_append(out, "{\"segment\":");
    if (repeat != NULL)
        escape_json(segment_class_name(repeat->sent->class), out);
    else
        g_string_append(out, "null");
    append_time("t_s", repeat != NULL ? repeat->t : G_MININT64, out);
    append_time("waited_s", wait->seen, out);
    append_time("predicted_s", wait->predicted, out);
    append_time("late_least_s", wait->least, out);
    append_time("late_most_s", wait->most, out);
    g_string_append_printf(out, ",\"explained\":%s}", wait->is_explained ? "true" : "false");
}

static void append_fit(const IdentifyFit *fit, GString *out)
{
    g_string_append(out, "{\"profile\":");
    escape_json(fit->name, out);
    g_string_append_printf(out, ",\"tier\":\"%s\",\"explained\":%u,\"likelihood\":%.3f",
                           identify_tier_name(fit->tier), fit->explained, fit->likelihood);
    if (fit->hz > 0)
        g_string_append_printf(out, ",\"hz\":%u", fit->hz);
    g_string_append(out, ",\"setting\":");
    escape_json(fit->setting != NULL ? fit->setting : "", out);
    g_string_append_printf(out, ",\"unseen\":%u", fit->unseen);
    append_time("round_trip_s", fit->round_trip > 0 ? fit->round_trip : G_MININT64, out);
    append_time("next_s", fit->next, out);
    append_time("next_most_s", fit->next_most, out);
    g_string_append(out, ",\"opening_differs\":");
    escape_json(fit->witness.differs != NULL ? fit->witness.differs : "", out);
    g_string_append(out, ",\"waits\":[");
    for (guint i = 0; i < fit->waits->len; i++) {
        g_string_append(out, i > 0 ? "," : "");
        append_wait(&g_array_index(fit->waits, IdentifyWait, i), out);
    }
    g_string_append(out, "]}");
}

void identify_append_json(const IdentifySubject *subject, const IdentifyAnswer *answer,
                          GString *out)
{
    static const char *const places[] = {"client", "server", "between"};
    const Replay *replay = subject->replay;

    g_string_append(out, "{\"host\":");
    escape_json(replay->names[subject->end], out);
    g_string_append_printf(out, ",\"connection\":%u,\"place\":\"%s\",\"handshake\":%s",
                           subject->flow, places[replay->place],
                           replay->begin == REPLAY_FROM_LATER ? "false" : "true");
    append_time("start_s", replay->start, out);
    append_time("round_trip_s",
                replay->knows_delays ? replay->delay[REPLAY_CLIENT] + replay->delay[REPLAY_SERVER]
                                     : G_MININT64,
                out);
    g_string_append_printf(out, ",\"waits\":%u,\"other_numbers\":%u,\"possible\":[",
                           identify_wanted(subject, answer), subject->other_numbers);
    for (guint i = 0; i < answer->possible; i++) {
        g_string_append(out, i > 0 ? "," : "");
        escape_json(fit_at(answer, i)->name, out);
    }
    g_string_append(out, "],\"possible_if_set\":[");
    for (guint i = 0; i < answer->settable; i++) {
        g_string_append(out, i > 0 ? "," : "");
        escape_json(fit_at(answer, answer->possible + i)->name, out);
    }
    g_string_append_printf(out, "],\"rough\":%s,\"profiles\":[",
                           answer->is_loose ? "true" : "false");
    for (guint i = 0; i < answer->fits->len; i++) {
        g_string_append(out, i > 0 ? "," : "");
        append_fit(fit_at(answer, i), out);
    }
    g_string_append(out, "]}\n");
}

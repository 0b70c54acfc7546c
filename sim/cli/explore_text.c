/* The report of an exploration, and its states as a table and as a graph. */
#include "cli/explore_text.h"

#include "cli/explore_options.h"
#include "escape/escape.h"

/* --- the report --------------------------------------------------------------------------- */

static void append_head(const char *file, const ExploreOptions *options, GString *out)
{
    g_autofree char *faults = explore_options_faults(options);

    escape_terminal(file, out);
    g_string_append_printf(out, ": %s; up to %u at once\n\n", faults, options->depth);
}

static void append_counts(const ExploreOptions *options, const ExploreCount *count, GString *out)
{
    g_string_append_printf(out, "%8s%12s%12s\n", "faults", "worlds", "broken");
    for (guint i = 0; i <= options->depth && count->of_depth[i] > 0; i++)
        g_string_append_printf(out, "%8u%12" G_GUINT64_FORMAT "%12" G_GUINT64_FORMAT "\n", i,
                               count->of_depth[i], count->broken[i]);
}

static void append_breach(const Plan *plan, const ExploreOptions *options,
                          const ExploreResult *result, GString *out)
{
    const ExploreBreach *breach = result->breach;
    g_autoptr(GPtrArray) lines = explore_world_lines(plan, options, &result->world);

    g_string_append_printf(out, "\nbroken: %s (%s)\n  ", explore_law_name(breach->law),
                           explore_law_text(breach->law));
    escape_terminal(breach->text, out);
    g_string_append(out, lines->len > 0 ? "\nwith\n" : "\nwithout any fault\n");
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(out, "  %s\n", (const char *)g_ptr_array_index(lines, i));
}

static void append_laws(const ExploreResult *result, GString *out)
{
    g_string_append(out, "\nworlds by the law that they break first:\n");
    for (guint i = 0; i < EXPLORE_LAW_COUNT; i++) {
        if (result->by_law[i] > 0)
            g_string_append_printf(out, "%12" G_GUINT64_FORMAT "  %s\n", result->by_law[i],
                                   explore_law_name((ExploreLaw)i));
    }
}

static void append_end(const ExploreOptions *options, const ExploreResult *result, GString *out)
{
    static const char *const ends[] = {
        [EXPLORE_END_COMPLETE] = "all worlds were tried",
        [EXPLORE_END_BROKEN] = "the first that breaks a law ended it",
        [EXPLORE_END_BUDGET] = "the budget ended it",
        [EXPLORE_END_MEMORY] = "--max-memory ended it",
        [EXPLORE_END_TOLD] = "it was interrupted",
    };

    g_string_append_printf(out, "\n%s; ", ends[result->end]);
    if (result->completed < 0)
        g_string_append(out, "no depth was completed\n");
    else
        g_string_append_printf(out, "depth %d of %u completed\n", result->completed,
                               options->depth);
}

/* "12 h 58 min", so that it can be grasped. */
static void append_long(SimTime t, GString *out)
{
    SimTime minutes = t / SIM_MINUTE;

    if (minutes >= 60)
        g_string_append_printf(out, "%" G_GINT64_FORMAT " h ", minutes / 60);
    if (minutes > 0)
        g_string_append_printf(out, "%" G_GINT64_FORMAT " min", minutes % 60);
    else
        g_string_append_printf(out, "%" G_GINT64_FORMAT " s", t / SIM_SECOND);
}

static void append_sums(const ExploreCount *count, GString *out)
{
    g_string_append_printf(out,
                           "%" G_GUINT64_FORMAT " world%s, %" G_GUINT64_FORMAT
                           " run; %" G_GUINT64_FORMAT " distinct states, ",
                           count->worlds, count->worlds == 1 ? "" : "s", count->run, count->states);
    append_long(count->virtual_time, out);
    g_string_append(out, " of virtual time\n");
    if (count->equal > 0)
        g_string_append_printf(out,
                               "%" G_GUINT64_FORMAT
                               " worlds that equal one of these, and what follows from them, were "
                               "met once\n",
                               count->equal);
    if (count->undecided > 0)
        g_string_append_printf(out,
                               "%" G_GUINT64_FORMAT
                               " worlds reached a bound and were going somewhere: undecided\n",
                               count->undecided);
}

void explore_append_report(const char *file, const Plan *plan, const ExploreOptions *options,
                           const ExploreResult *result, GString *out)
{
    append_head(file, options, out);
    append_counts(options, &result->count, out);
    if (result->breach != NULL)
        append_breach(plan, options, result, out);
    if (result->breach != NULL && options->all)
        append_laws(result, out);
    append_end(options, result, out);
    append_sums(&result->count, out);
}

/* --- states ------------------------------------------------------------------------------- */

static gboolean is_column(const ExplorePairs *pairs, guint state)
{
    for (guint i = 0; i < TCP_STATE_COUNT; i++) {
        if (pairs->seen[i][state] > 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_row(const ExplorePairs *pairs, guint state)
{
    for (guint i = 0; i < TCP_STATE_COUNT; i++) {
        if (pairs->seen[state][i] > 0)
            return TRUE;
    }
    return FALSE;
}

static void append_row(const ExplorePairs *pairs, guint row, GString *out)
{
    g_string_append_printf(out, "%-12s", tcp_state_name((TcpState)row));
    for (guint i = 0; i < TCP_STATE_COUNT; i++) {
        if (!is_column(pairs, i))
            continue;
        if (pairs->seen[row][i] > 0)
            g_string_append_printf(out, "%12" G_GUINT64_FORMAT, pairs->seen[row][i]);
        else
            g_string_append_printf(out, "%12s", "-");
    }
    g_string_append_c(out, '\n');
}

void explore_append_states(const ExplorePairs *pairs, GString *out)
{
    guint count = 0;

    g_string_append(out, "\nmoves into each pair of states; rows: who called connect, columns: its "
                         "peer\n\n");
    g_string_append_printf(out, "%12s", "");
    for (guint i = 0; i < TCP_STATE_COUNT; i++) {
        if (is_column(pairs, i))
            g_string_append_printf(out, "%12s", tcp_state_name((TcpState)i));
    }
    g_string_append_c(out, '\n');
    for (guint row = 0; row < TCP_STATE_COUNT; row++) {
        if (is_row(pairs, row))
            append_row(pairs, row, out);
        for (guint i = 0; i < TCP_STATE_COUNT; i++)
            count += pairs->seen[row][i] > 0;
    }
    g_string_append_printf(out, "\n%u pairs of states\n", count);
}

static ExplorePair pair(guint number)
{
    return (ExplorePair){(TcpState)(number / TCP_STATE_COUNT),
                         (TcpState)(number % TCP_STATE_COUNT)};
}

static void append_node(ExplorePair is, GString *out)
{
    g_string_append_printf(out, "\"%s\\n%s\"", tcp_state_name(is.one), tcp_state_name(is.other));
}

void explore_append_dot(const ExplorePairs *pairs, GString *out)
{
    enum { PAIRS = TCP_STATE_COUNT * TCP_STATE_COUNT };

    g_string_append(out, "digraph states {\n"
                         "    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    for (guint from = 0; from < PAIRS; from++) {
        for (guint to = 0; to < PAIRS; to++) {
            if (!explore_pairs_follows(pairs, pair(from), pair(to)))
                continue;
            g_string_append(out, "    ");
            append_node(pair(from), out);
            g_string_append(out, " -> ");
            append_node(pair(to), out);
            g_string_append(out, ";\n");
        }
    }
    g_string_append(out, "}\n");
}

/* Results of a sweep, read, and what of them is to be drawn. */
#include "cli/plot_sweep.h"

#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "plot/plot.h"
#include "sweep/merge.h"
#include "sweep/summary.h"

static const char *const styles[] = {"curves", "heat", "cdf", NULL}; /* a PlotSweepStyle each */

void plot_sweep_entries(PlotSweepOptions *options, GOptionEntry out[PLOT_SWEEP_ENTRIES])
{
    const GOptionEntry entries[PLOT_SWEEP_ENTRIES] = {
        {"style", 0, 0, G_OPTION_ARG_FILENAME, &options->style_word,
         "of a sweep: curves, heat or cdf", "STYLE"},
        {"ask", 0, 0, G_OPTION_ARG_FILENAME, &options->ask,
         "of a sweep: which of its answers to draw, or held", "QUERY"},
        {"over", 0, 0, G_OPTION_ARG_FILENAME, &options->over, "of a sweep: what goes along x",
         "HOST.KEY"},
        {"where", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->where,
         "of a sweep: only points with this value; may repeat", "HOST.KEY=VALUE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

void plot_sweep_options_clear(PlotSweepOptions *options)
{
    g_free(options->style_word);
    g_free(options->ask);
    g_free(options->over);
    g_strfreev(options->where);
}

const char *plot_sweep_option(const PlotSweepOptions *options)
{
    if (options->style_word != NULL)
        return "--style";
    if (options->ask != NULL)
        return "--ask";
    if (options->over != NULL)
        return "--over";
    return options->where != NULL ? "--where" : NULL;
}

/* The names in an array, for option_word(); the caller frees it alone. */
static const char **words_of(const GPtrArray *names, const char *more)
{
    const char **words = g_new0(const char *, names->len + 2);

    for (guint i = 0; i < names->len; i++)
        words[i] = g_ptr_array_index(names, i);
    words[names->len] = more;
    return words;
}

/* Which target goes by this name; -1, and said: none. */
static int target_named(const SweepHead *head, const char *option, const char *name)
{
    g_autofree const char **words = words_of(head->targets, NULL);

    return option_word(&command_plot, option, name, words);
}

/* "QUERY #2": the number behind it, from 0, is taken off. */
static char *without_place(const SweepHead *head, const char *text, guint *place)
{
    const char *mark = strrchr(text, '#');
    guint64 number;

    *place = 0;
    if (mark == NULL || mark == text ||
        g_ptr_array_find_with_equal_func(head->values[SWEEP_ASK], text, g_str_equal, NULL) ||
        !g_ascii_string_to_unsigned(mark + 1, 10, 1, G_MAXUINT32, &number, NULL))
        return g_strdup(text);
    *place = (guint)number - 1;
    return g_strchomp(g_strndup(text, (gsize)(mark - text)));
}

/* The first question when none is named; how many held when there is none. */
static gboolean choose_answer(const PlotSweepOptions *options, PlotSweep *sweep)
{
    const GPtrArray *asks = sweep->head->values[SWEEP_ASK];
    g_autofree const char **words = words_of(asks, "held");
    g_autofree char *ask = NULL;
    int index = 0;

    if (options->ask != NULL) {
        ask = without_place(sweep->head, options->ask, &sweep->place);
        index = option_word(&command_plot, "--ask", ask, words);
    }
    sweep->of_held = index == (int)asks->len;
    sweep->ask = (guint)MAX(index, 0);
    return index >= 0;
}

static gboolean choose_style(const PlotSweepOptions *options, PlotSweep *sweep)
{
    int style = options->style_word == NULL
                    ? 0
                    : option_word(&command_plot, "--style", options->style_word, styles);
    int over = options->over == NULL ? 0 : target_named(sweep->head, "--over", options->over);

    sweep->style = (PlotSweepStyle)style;
    sweep->over = (guint)MAX(over, 0);
    if (style >= 0 && over >= 0 && sweep->head->targets->len == 0 && style != PLOT_SWEEP_CDF) {
        say_trouble("nothing was varied: only --style cdf can be drawn");
        return FALSE;
    }
    return style >= 0 && over >= 0;
}

static gboolean has_value(const SweepPoint *point, guint target, const char *value)
{
    return strcmp(g_ptr_array_index(point->settings, target), value) == 0;
}

/* FALSE, and said. */
static gboolean keep_where(const SweepHead *head, const char *where, GPtrArray *points)
{
    const char *equals = strchr(where, '=');
    g_autofree char *name =
        equals != NULL ? g_strndup(where, (gsize)(equals - where)) : g_strdup(where);
    int target = equals != NULL ? target_named(head, "--where", name) : -1;

    if (equals == NULL)
        say_usage(&command_plot, "--where takes HOST.KEY=VALUE, not '%s'", where);
    if (target < 0)
        return FALSE;
    for (guint i = points->len; i > 0; i--) {
        if (!has_value(g_ptr_array_index(points, i - 1), (guint)target, equals + 1))
            g_ptr_array_remove_index(points, i - 1);
    }
    if (points->len == 0)
        say_trouble("no point of the sweep has %s", where);
    return points->len > 0;
}

static gboolean draw(const PlotSweepOptions *options, const SweepHead *head, const GPtrArray *all,
                     GString *table)
{
    g_autoptr(GPtrArray) points = g_ptr_array_new();
    g_autofree char *own = g_strconcat("Sweep of ", sweep_head_value(head, SWEEP_SCENARIO), NULL);
    g_autofree char *source = g_strdup_printf("%" G_GUINT64_FORMAT " runs, seeds %s", head->runs,
                                              sweep_head_value(head, SWEEP_SEEDS));
    PlotSweep sweep = {.head = head,
                       .points = points,
                       .title = options->title != NULL ? options->title : own,
                       .source = source};
    g_autofree char *trouble = NULL;

    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(points, g_ptr_array_index(all, i));
    if (!choose_answer(options, &sweep) || !choose_style(options, &sweep))
        return FALSE;
    for (char **where = options->where; where != NULL && *where != NULL; where++) {
        if (!keep_where(head, *where, points))
            return FALSE;
    }
    trouble = points->len > 0 ? plot_sweep(&sweep, table) : g_strdup("there are no rows");
    if (trouble != NULL)
        say_trouble("%s", trouble);
    return trouble == NULL;
}

gboolean plot_sweep_tell(const PlotSweepOptions *options, char *const *files, GString *table)
{
    g_autofree char *trouble = NULL;
    SweepMerge *merge = sweep_merge_open(files, &trouble);
    SweepRow row;

    if (merge == NULL) {
        say_trouble("%s", trouble);
        return FALSE;
    }

    SweepSummary *summary = sweep_summary_new(sweep_merge_head(merge));

    while (sweep_merge_next(merge, &row, &trouble)) {
        sweep_summary_add(summary, &row);
        sweep_row_clear(&row);
    }
    if (trouble != NULL)
        say_trouble("%s", trouble);

    gboolean good = trouble == NULL &&
                    draw(options, sweep_merge_head(merge), sweep_summary_points(summary), table);

    sweep_summary_free(summary);
    sweep_merge_close(merge);
    return good;
}

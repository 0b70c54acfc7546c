/* tcpwaltz plot: pictures of runs.  The views lay them out, gnuplot draws them. */
#include <stdio.h>
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/gnuplot.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/plot_sweep.h"
#include "cli/schedule.h"
#include "cli/simulation.h"
#include "plot/plot.h"
#include "trace/window.h"

enum { KIND_TIMELINE, KIND_LADDER, KIND_BACKOFF, KIND_COUNTERS, KIND_SWEEP };

static const char *const kinds[] = {"timeline", "ladder", "backoff", "counters", "sweep", NULL};
static const char *const scales[] = {"auto", "linear", "log", "broken", NULL};
static const char *const themes[] = {"auto", "light", "dark", NULL};
static const char *const formats[] = {"svg", "png", "pdf", "dat", NULL};
static const char *const segments[] = {"SYN", "SYN-ACK", "FIN", NULL}; /* a ScheduleKind each */

typedef struct PlotCommand {
    SimulationOptions simulation;
    PlotSweepOptions sweep;
    CaptureOptions capture;
    gboolean has_capture;
    char *output, *kind_word, *scale_word, *theme_word, *segment_word, *script, *profiles;
    char *title, *size_word;
    /* What they come to. */
    int kind, theme, format;
    guint width, height; /* in pixels; 0: the picture's own */
    ScheduleKind segment;
    PlotOptions look;
} PlotCommand;

static void plot_command_clear(PlotCommand *plot)
{
    simulation_options_clear(&plot->simulation);
    plot_sweep_options_clear(&plot->sweep);
    capture_options_clear(&plot->capture);
    g_free(plot->output);
    g_free(plot->kind_word);
    g_free(plot->scale_word);
    g_free(plot->theme_word);
    g_free(plot->segment_word);
    g_free(plot->script);
    g_free(plot->profiles);
    g_free(plot->title);
    g_free(plot->size_word);
}

/* --- options ------------------------------------------------------------------------------ */

/* -1, and said, when the word is none of them. */
static int choose(const char *option, const char *word, const char *const *words)
{
    return word == NULL ? 0 : option_word(&command_plot, option, word, words);
}

/* By its suffix; "-" is SVG. */
static int format_of(const char *output)
{
    const char *dot = strrchr(output, '.');

    if (strcmp(output, "-") == 0)
        return 0;
    for (int i = 0; dot != NULL && formats[i] != NULL; i++) {
        if (g_ascii_strcasecmp(dot + 1, formats[i]) == 0)
            return i;
    }
    return -1;
}

static gboolean read_words(PlotCommand *plot)
{
    int scale = choose("--scale", plot->scale_word, scales);
    int segment = choose("--segment", plot->segment_word, segments);

    plot->kind = choose("--kind", plot->kind_word, kinds);
    plot->theme = choose("--theme", plot->theme_word, themes);
    if (scale < 0 || segment < 0 || plot->kind < 0 || plot->theme < 0)
        return FALSE;
    plot->look.scale = (PlotScale)scale;
    plot->segment = (ScheduleKind)segment;
    /* Profiles alone can be nothing else. */
    if (plot->kind_word == NULL && plot->profiles != NULL)
        plot->kind = KIND_BACKOFF;
    return TRUE;
}

static gboolean refuse(const char *problem)
{
    say_usage(&command_plot, "%s", problem);
    return FALSE;
}

static gboolean read_output(PlotCommand *plot)
{
    if (plot->output == NULL)
        return refuse("plot needs -o FILE: what it is to draw (.svg, .png, .pdf)");
    plot->format = format_of(plot->output);
    if (plot->format >= 0)
        return TRUE;
    say_usage(&command_plot,
              "%s: the name ends in .svg, .png or .pdf (or in .dat for the table that is drawn)",
              plot->output);
    return FALSE;
}

enum { SIZE_LEAST = 100, SIZE_MOST = 20000 };

/* "1280" or "1280x720" */
static gboolean read_size(PlotCommand *plot)
{
    char *end = NULL;

    if (plot->size_word == NULL)
        return TRUE;
    guint64 width = g_ascii_strtoull(plot->size_word, &end, 10);
    guint64 height = *end == 'x' ? g_ascii_strtoull(end + 1, &end, 10) : 0;
    gboolean is_size = *end == '\0' && width >= SIZE_LEAST && width <= SIZE_MOST &&
                       (strchr(plot->size_word, 'x') == NULL || height >= SIZE_LEAST) &&
                       height <= SIZE_MOST &&
                       plot->size_word[strspn(plot->size_word, "0123456789x")] == '\0';

    if (!is_size)
        say_usage(&command_plot,
                  "--size '%s': a size is WIDTH or WIDTHxHEIGHT in pixels, each from %d to %d",
                  plot->size_word, SIZE_LEAST, SIZE_MOST);
    plot->width = (guint)width;
    plot->height = (guint)height;
    return is_size;
}

static gboolean understand_counters(PlotCommand *plot, guint count)
{
    if (plot->scale_word != NULL)
        return refuse("counters have no --scale: time is linear");
    if (count == 0)
        return refuse("plot needs a FILE");
    if (count > PLOT_RUNS_MAX)
        return refuse("counters of at most four FILEs fit into a picture");
    if (plot->simulation.lab.interval == 0)
        plot->simulation.lab.interval = 100 * SIM_MILLISECOND;
    return TRUE;
}

/* Its options belong to it, and those of runs do not. */
static gboolean understand_sweep(PlotCommand *plot, guint count)
{
    const char *given = plot_sweep_option(&plot->sweep);

    if (plot->kind == KIND_SWEEP)
        return (count > 0 || refuse("plot --kind sweep needs the FILEs of a sweep")) &&
               (plot->scale_word == NULL || refuse("a sweep has no --scale"));
    if (given == NULL)
        return TRUE;
    say_usage(&command_plot, "%s is for --kind sweep", given);
    return FALSE;
}

static gboolean understand(PlotCommand *plot, char **files)
{
    guint count = g_strv_length(files);

    if (!read_words(plot) || !read_output(plot) || !read_size(plot) ||
        !simulation_options_read(&command_plot, &plot->simulation) ||
        !capture_options_read(&command_plot, &plot->capture) ||
        !simulation_fits(&command_plot, &plot->simulation, files) || !understand_sweep(plot, count))
        return FALSE;
    if (plot->kind != KIND_BACKOFF && plot->profiles != NULL)
        return refuse("--profiles is for --kind backoff");
    if (plot->kind != KIND_BACKOFF && plot->segment_word != NULL)
        return refuse("--segment is for --kind backoff");
    if (plot->kind == KIND_LADDER && plot->scale_word != NULL)
        return refuse("a ladder has no --scale: it stands in the order of events");
    if (plot->kind != KIND_LADDER && plot->look.letters)
        return refuse("--letters is for --kind ladder");
    if (plot->kind == KIND_BACKOFF && plot->look.scale == PLOT_SCALE_BROKEN)
        return refuse("stacks are compared on one axis: --scale linear or log");
    if (plot->kind == KIND_BACKOFF && count == 0 && plot->profiles == NULL)
        return refuse("plot --kind backoff needs --profiles A,B,... or FILEs");
    if (plot->kind == KIND_COUNTERS)
        return understand_counters(plot, count);
    if (plot->simulation.interval != NULL)
        return refuse("--interval is for --kind counters");
    if (plot->kind != KIND_BACKOFF && plot->kind != KIND_SWEEP && count != 1)
        return refuse(count == 0 ? "plot needs a FILE" : "a picture is of one FILE");
    return TRUE;
}

/* --- what is drawn ------------------------------------------------------------------------ */

static gboolean add_profile(PlotCommand *plot, const char *name, GPtrArray *backoffs)
{
    g_autoptr(Schedule) schedule = schedule_run(plot->segment, name, "", 20 * SIM_MILLISECOND,
                                                (const char *const *)plot->simulation.profile_dirs);

    if (schedule == NULL)
        return FALSE;

    PlotBackoff *backoff = plot_backoff_new(name);

    g_array_append_vals(backoff->times, schedule->times->data, schedule->times->len);
    backoff->given_up = schedule->given_up;
    g_ptr_array_add(backoffs, backoff);
    return TRUE;
}

static gboolean add_profiles(PlotCommand *plot, GPtrArray *backoffs)
{
    g_auto(GStrv) names = g_strsplit(plot->profiles != NULL ? plot->profiles : "", ",", -1);
    gboolean good = TRUE;

    for (char **name = names; *name != NULL; name++) {
        if (*g_strstrip(*name) != '\0')
            good = add_profile(plot, *name, backoffs) && good;
    }
    return good;
}

/* A title of the user's own stands alone: where the run came from is not for a slide. */
static void name(const PlotCommand *plot, Trace *trace)
{
    if (plot->title == NULL)
        return;
    g_free(trace->title);
    g_clear_pointer(&trace->source, g_free);
    trace->title = g_strdup(plot->title);
}

static gboolean read_input(PlotCommand *plot, const char *file, Input *input)
{
    gboolean good = input_read(&plot->simulation, file, &plot->capture.selection, input);

    plot->has_capture = plot->has_capture || input->kind == INPUT_CAPTURE;
    return good;
}

static gboolean add_file(PlotCommand *plot, const char *file, GPtrArray *backoffs)
{
    SegmentClass class = schedule_class(plot->segment);
    g_autofree char *base = g_path_get_basename(file);
    Input input;

    if (!read_input(plot, file, &input))
        return FALSE;
    if (g_str_has_suffix(base, ".scn"))
        base[strlen(base) - 4] = '\0';

    PlotBackoff *backoff = plot_backoff_of(input.trace, class, base);

    if (backoff != NULL)
        g_ptr_array_add(backoffs, backoff);
    else
        say_trouble("%s: nobody sends a %s", file, segment_class_name(class));
    input_clear(&input);
    return backoff != NULL;
}

static gboolean tell_backoff(PlotCommand *plot, char *const *files, GString *table)
{
    g_autoptr(GPtrArray) backoffs =
        g_ptr_array_new_with_free_func((GDestroyNotify)plot_backoff_free);
    gboolean good = add_profiles(plot, backoffs);

    for (; *files != NULL; files++)
        good = add_file(plot, *files, backoffs) && good;
    plot->look.title = plot->title;
    if (good && backoffs->len == 0)
        return refuse("--profiles names no profile");
    if (good)
        plot_backoffs(backoffs, schedule_class(plot->segment), &plot->look, table);
    return good;
}

static void clear_input(gpointer input)
{
    input_clear(input);
}

static gboolean read_counted(PlotCommand *plot, const char *file, GArray *inputs)
{
    Input input;

    if (!read_input(plot, file, &input))
        return FALSE;
    g_array_append_val(inputs, input);
    if (input.trace->intervals->len > 0)
        return TRUE;
    say_trouble("%s: %s has no counters; a run has", file, input_kind_text(&input));
    return FALSE;
}

static gboolean tell_counters(PlotCommand *plot, char *const *files, GString *table)
{
    g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(Input));
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(g_free);
    gboolean good = TRUE;

    g_array_set_clear_func(inputs, clear_input);
    for (; *files != NULL; files++)
        good = read_counted(plot, *files, inputs) && good;
    for (guint i = 0; good && i < inputs->len; i++) {
        const Input *input = &g_array_index(inputs, Input, i);
        PlotRun run = {input->trace->title != NULL ? input->trace->title : input->file,
                       input->trace};

        g_ptr_array_add(runs, g_memdup2(&run, sizeof run));
    }
    if (good)
        plot_counters(runs, plot->title, table);
    return good;
}

/* What lies between --from and --to; a capture has been cut when it was read.  NULL: all of it. */
static Trace *cut(PlotCommand *plot, const Input *input)
{
    const CaptureSelection *part = &plot->capture.selection;

    if (input->kind == INPUT_CAPTURE || (plot->capture.from == NULL && plot->capture.to == NULL))
        return NULL;
    g_clear_pointer(&plot->capture.from, g_free);
    g_clear_pointer(&plot->capture.to, g_free);
    return trace_window(input->trace, part->from, part->to != 0 ? part->to : SIM_NEVER);
}

static gboolean tell_file(PlotCommand *plot, const char *file, GString *table)
{
    Input input;

    if (!read_input(plot, file, &input))
        return FALSE;
    name(plot, input.trace);
    g_autoptr(Trace) window = cut(plot, &input);
    const Trace *trace = window != NULL ? window : input.trace;

    plot->look.from = window != NULL ? plot->capture.selection.from : 0;
    if (plot->kind == KIND_TIMELINE)
        plot_timeline(trace, &plot->look, table);
    else
        plot_ladder(trace, &plot->look, table);
    g_clear_pointer(&window, trace_free);
    input_clear(&input);
    return TRUE;
}

static gboolean tell_sweep(PlotCommand *plot, char *const *files, GString *table)
{
    plot->sweep.title = plot->title;
    return plot_sweep_tell(&plot->sweep, files, table);
}

static int draw(PlotCommand *plot, const GString *table)
{
    g_autofree char *library = paths_plots();
    g_autofree char *name = g_strconcat(kinds[plot->kind], ".gp", NULL);
    g_autofree char *own = g_build_filename(library, name, NULL);
    g_autofree char *picture = NULL;
    GnuplotTask task = {.script = plot->script != NULL ? plot->script : own,
                        .library = library,
                        .table = table,
                        .format = formats[plot->format],
                        .theme = themes[plot->theme],
                        .width = plot->width,
                        .height = plot->height};
    gsize length;

    if (!g_file_test(task.script, G_FILE_TEST_EXISTS))
        return say_trouble("cannot read %s: there is no such file", task.script);
    if (!gnuplot_draw(&task, &picture, &length))
        return STATUS_TROUBLE;
    return output_write(plot->output, picture, length);
}

static int make_picture(PlotCommand *plot, char *const *files)
{
    g_autoptr(GString) table = g_string_new(NULL);
    gboolean good;

    if (plot->kind == KIND_BACKOFF)
        good = tell_backoff(plot, files, table);
    else if (plot->kind == KIND_COUNTERS)
        good = tell_counters(plot, files, table);
    else if (plot->kind == KIND_SWEEP)
        good = tell_sweep(plot, files, table);
    else
        good = tell_file(plot, files[0], table);

    if (!good || !capture_options_fit(&command_plot, &plot->capture, plot->has_capture))
        return STATUS_TROUBLE;
    if (strcmp(formats[plot->format], "dat") == 0)
        return output_write(plot->output, table->str, table->len);
    return draw(plot, table);
}

enum { PICTURE_ENTRIES = 7, SHOWN_ENTRIES = 8 };

static void picture_entries(PlotCommand *plot, GOptionEntry entries[PICTURE_ENTRIES])
{
    const GOptionEntry own[PICTURE_ENTRIES] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &plot->output,
         "the picture; its name ends in .svg, .png or .pdf, or in .dat for the table that is drawn",
         "FILE"},
        {"kind", 'k', 0, G_OPTION_ARG_FILENAME, &plot->kind_word,
         "timeline (time across), ladder (a sequence diagram), backoff (stacks compared), counters "
         "(a flood over time), sweep (many runs)",
         "KIND"},
        {"scale", 0, 0, G_OPTION_ARG_FILENAME, &plot->scale_word,
         "of the time: auto (what can be read), linear, log or broken (long waits folded)",
         "SCALE"},
        {"theme", 0, 0, G_OPTION_ARG_FILENAME, &plot->theme_word,
         "of the colours: auto (an SVG as its reader's screen, others light), light or dark",
         "THEME"},
        {"title", 0, 0, G_OPTION_ARG_FILENAME, &plot->title,
         "the title, instead of the scenario's and its file's name", "TEXT"},
        {"size", 0, 0, G_OPTION_ARG_FILENAME, &plot->size_word,
         "fit the picture into so many pixels (points in a PDF)", "WIDTH[xHEIGHT]"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(entries, own, sizeof own);
}

/* What is shown in it. */
static void shown_entries(PlotCommand *plot, GOptionEntry entries[SHOWN_ENTRIES])
{
    const GOptionEntry own[SHOWN_ENTRIES] = {
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &plot->capture.from,
         "show only what happens at this time and later", "TIME"},
        {"to", 0, 0, G_OPTION_ARG_FILENAME, &plot->capture.to,
         "show only what happens until this time", "TIME"},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &plot->script,
         "draw with this gnuplot script instead of ours", "FILE"},
        {"profiles", 0, 0, G_OPTION_ARG_FILENAME, &plot->profiles,
         "of a backoff: these profiles, one below the other", "A,B,..."},
        {"letters", 0, 0, G_OPTION_ARG_NONE, &plot->look.letters,
         "of a ladder: u, v, w at the numbers of its close, as in textbooks", NULL},
        {"segment", 0, 0, G_OPTION_ARG_FILENAME, &plot->segment_word,
         "of a backoff: SYN, SYN-ACK or FIN", "SEGMENT"},
        simulation_interval_entry(&plot->simulation),
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(entries, own, sizeof own);
}

static int run(int argc, char **argv)
{
    PlotCommand plot = {.output = NULL};
    GOptionEntry picture[PICTURE_ENTRIES], shown[SHOWN_ENTRIES], simulation[SIMULATION_ENTRIES],
        capture[CAPTURE_ENTRIES], sweep[PLOT_SWEEP_ENTRIES];
    const GOptionEntry *const tables[] = {picture, shown, capture, sweep, simulation, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    picture_entries(&plot, picture);
    shown_entries(&plot, shown);
    simulation_entries(&plot.simulation, simulation);
    plot_sweep_entries(&plot.sweep, sweep);
    capture_entries(&plot.capture, capture);
    if (options_read(&command_plot, tables, argc, argv, &files, &status) &&
        understand(&plot, files))
        status = make_picture(&plot, files);
    plot_command_clear(&plot);
    return status;
}

const Command command_plot = {
    .name = "plot",
    .arguments = "[FILE...]",
    .summary = "draw a picture of a run, or of several stacks' retries",
    .about =
        "FILE is a scenario, a segment table or a capture; '-' is standard input. With --kind\n"
        "sweep it is what tcpwaltz sweep wrote, in any form, several shards together.\n"
        "Pictures are drawn by gnuplot with the scripts of plots/; docs/plots.md shows them,\n"
        "docs/plot-data.md tells what a script of your own finds.",
    .run = run,
};

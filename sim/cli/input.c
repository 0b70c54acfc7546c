/* Files of three kinds, read into traces. */
#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "cli/message.h"
#include "escape/escape.h"
#include "scenario/door.h"
#include "scenario/scenario.h"

enum { READ_AT_ONCE = 64 * 1024 };

static const char *const kind_texts[INPUT_KIND_COUNT] = {
    [INPUT_SCENARIO] = "a run of this scenario",
    [INPUT_TABLE] = "a segment table",
    [INPUT_CAPTURE] = "a capture",
};

const char *input_kind_text(const Input *input)
{
    if (input->is_tun)
        return "a run of this scenario with the stack behind the device";
    return input->is_live ? "a run of this scenario on the kernel" : kind_texts[input->kind];
}

/* --- bytes -------------------------------------------------------------------------------- */

static gboolean read_stream(FILE *stream, GByteArray *bytes)
{
    guint8 piece[READ_AT_ONCE];
    gsize got;

    while ((got = fread(piece, 1, sizeof piece, stream)) > 0) {
        if (bytes->len + got > CAPTURE_BYTES_MAX) {
            errno = EFBIG;
            return FALSE;
        }
        g_byte_array_append(bytes, piece, (guint)got);
    }
    return !ferror(stream);
}

static gboolean is_too_large(FILE *stream)
{
    struct stat status;

    return fstat(fileno(stream), &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_size > (off_t)CAPTURE_BYTES_MAX;
}

/* NULL: fine; else why not. */
static char *read_open(FILE *stream, GByteArray *bytes)
{
    int error = 0;

    if (is_too_large(stream))
        error = EFBIG;
    else if (!read_stream(stream, bytes))
        error = errno;
    if (error == EFBIG)
        return g_strdup_printf("it is larger than %u MB", (guint)(CAPTURE_BYTES_MAX / 1024 / 1024));
    return error != 0 ? g_strdup(g_strerror(error)) : NULL;
}

static FILE *open_file(const char *root, const char *file, char **why)
{
    int fd = door_open(root, file, DOOR_FOR_USER, why);
    FILE *stream = fd >= 0 ? fdopen(fd, "rb") : NULL;

    if (fd >= 0 && stream == NULL) {
        *why = g_strdup(g_strerror(errno));
        (void)close(fd);
    }
    return stream;
}

/* NULL, and said, when the file cannot be read. */
static GByteArray *read_bytes(const char *root, const char *file)
{
    gboolean is_stdin = strcmp(file, "-") == 0;
    g_autofree char *why = NULL;
    FILE *stream = is_stdin ? stdin : open_file(root, file, &why);
    GByteArray *bytes = g_byte_array_new();

    if (stream != NULL)
        why = read_open(stream, bytes);
    if (stream != NULL && !is_stdin)
        (void)fclose(stream);
    if (why == NULL)
        return bytes;
    say_trouble("cannot read %s: %s", is_stdin ? "<stdin>" : file, why);
    g_byte_array_unref(bytes);
    return NULL;
}

/* --- kinds -------------------------------------------------------------------------------- */

static InputKind kind_of(const char *file, const GByteArray *bytes)
{
    static const struct {
        const char *suffix;
        InputKind kind;
    } suffixes[] = {
        {".csv", INPUT_TABLE},
        {".pcap", INPUT_CAPTURE},
        {".pcapng", INPUT_CAPTURE},
        {".cap", INPUT_CAPTURE},
    };

    switch (capture_kind((const char *)bytes->data, bytes->len)) {
    case CAPTURE_TABLE: return INPUT_TABLE;
    case CAPTURE_PACKETS: return INPUT_CAPTURE;
    case CAPTURE_UNKNOWN: break;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_str_has_suffix(file, suffixes[i].suffix))
            return suffixes[i].kind;
    }
    return INPUT_SCENARIO;
}

static void say_diagnostics(const Diagnostics *diagnostics)
{
    g_autofree char *text = diagnostics_format(diagnostics);

    fputs(text, stderr);
}

static void say_note(const char *file, const char *note)
{
    g_autoptr(GString) out = g_string_new(NULL);

    escape_terminal(file, out);
    g_string_append(out, ": note: ");
    escape_terminal(note, out);
    fprintf(stderr, "%s\n", out->str);
}

static void say_problem(const char *file, const CaptureProblem *problem)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    SourcePlace place = {file, problem->line, problem->column, problem->width};

    diagnostics_add_line(diagnostics, place, problem->text, problem->text_length, problem->hint,
                         "%s", problem->message);
    say_diagnostics(diagnostics);
}

static gboolean has_exact_timers(const Plan *plan)
{
    for (guint i = 0; i < plan->hosts->len; i++) {
        const HostConfig *config = &g_array_index(plan->hosts, PlanHost, i).config;

        if (config->timers != TIMERS_EXACT && config->timer_model != TIMER_MODEL_EXACT)
            return FALSE;
    }
    return TRUE;
}

/* Frees the plan, which may be NULL. */
static void run_plan(const SimulationOptions *options, Plan *plan, Input *input)
{
    g_autoptr(Plan) owned = plan;

    if (owned == NULL)
        return;
    if (options->wheel.tick != 0)
        simulation_give_wheel(owned, &options->wheel);
    input->trace = simulation_run(options, owned);
    input->is_live = options->lab.reality != NULL;
    input->is_tun = input->is_live && options->live == NULL;
    input->is_exact = !input->is_live && has_exact_timers(owned);
}

/* --- a reader for each kind --------------------------------------------------------------- */

typedef struct Request {
    const SimulationOptions *options;
    const char *file; /* as shown */
    const char *client;
    const char *bytes;
    gsize length;
} Request;

static void run_scenario(const Request *request, Input *input)
{
    if (request->length > SCENARIO_BYTES_MAX) {
        say_trouble("%s is no capture and no segment table, and too large for a scenario",
                    request->file);
        return;
    }
    run_plan(request->options,
             simulation_parse(request->options, request->file, request->bytes, request->length),
             input);
}

static void read_table(const Request *request, Input *input)
{
    CaptureProblem problem;

    input->trace = capture_read_table(request->bytes, request->length, &problem);

    if (input->trace == NULL)
        say_problem(request->file, &problem);
    capture_problem_clear(&problem);
}

static void read_capture(const Request *request, Input *input)
{
    CaptureProblem problem;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);

    input->trace =
        capture_read_packets(request->bytes, request->length, request->client, notes, &problem);

    for (guint i = 0; i < notes->len; i++)
        say_note(request->file, g_ptr_array_index(notes, i));
    if (input->trace == NULL)
        say_problem(request->file, &problem);
    capture_problem_clear(&problem);
}

static void (*const readers[INPUT_KIND_COUNT])(const Request *request, Input *input) = {
    [INPUT_SCENARIO] = run_scenario,
    [INPUT_TABLE] = read_table,
    [INPUT_CAPTURE] = read_capture,
};

gboolean input_read(const SimulationOptions *options, const char *file, const char *client,
                    Input *input)
{
    *input = (Input){.file = strcmp(file, "-") == 0 ? "<stdin>" : file};
    if (g_str_has_suffix(file, ".scn") || drill_is_script(file)) {
        input->kind = INPUT_SCENARIO;
        run_plan(options, simulation_load(options, file), input);
        return input->trace != NULL;
    }

    g_autoptr(GByteArray) bytes = read_bytes(options->root, file);

    if (bytes == NULL)
        return FALSE;
    input->kind = kind_of(file, bytes);

    Request request = {options, input->file, client, (const char *)bytes->data, bytes->len};
    readers[input->kind](&request, input);
    return input->trace != NULL;
}

void input_clear(Input *input)
{
    trace_free(input->trace);
    input->trace = NULL;
}

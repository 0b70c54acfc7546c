/* Files of three kinds, read into plans and traces. */
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

/* --- what is said ------------------------------------------------------------------------ */

static void say_diagnostics(const Diagnostics *diagnostics)
{
    g_autofree char *text = diagnostics_format(diagnostics);

    fputs(text, stderr);
}

void input_note(const char *file, const char *note)
{
    g_autoptr(GString) out = g_string_new(NULL);

    escape_terminal(file, out);
    g_string_append(out, ": note: ");
    escape_terminal(note, out);
    fprintf(stderr, "%s\n", out->str);
}

/* Of the file as a whole. */
static void G_GNUC_PRINTF(3, 4)
    say_file(const char *file, const char *hint, const char *format, ...)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    SourcePlace whole = {g_intern_string(file), 0, 0, 0};
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    diagnostics_add(diagnostics, whole, NULL, hint, "%s", text);
    say_diagnostics(diagnostics);
}

static void say_problem(const char *file, const CaptureProblem *problem)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    SourcePlace place = {file, problem->line, problem->column, problem->width};

    diagnostics_add_line(diagnostics, place, problem->text, problem->text_length, problem->hint,
                         "%s", problem->message);
    say_diagnostics(diagnostics);
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
    say_file(is_stdin ? "<stdin>" : file, NULL, "cannot read it: %s", why);
    g_byte_array_unref(bytes);
    return NULL;
}

/* --- kinds -------------------------------------------------------------------------------- */

/* An empty array has none of its own. */
static const char *start_of(const GByteArray *bytes)
{
    return bytes->len > 0 ? (const char *)bytes->data : "";
}

static InputKind kind_of(const char *file, const GByteArray *bytes)
{
    static const struct {
        const char *suffix;
        InputKind kind;
    } suffixes[] = {
        {".csv", INPUT_TABLE},   {".pcap", INPUT_CAPTURE}, {".pcapng", INPUT_CAPTURE},
        {".cap", INPUT_CAPTURE}, {".gz", INPUT_CAPTURE},   {".zst", INPUT_CAPTURE},
    };

    switch (capture_kind(start_of(bytes), bytes->len)) {
    case CAPTURE_TABLE: return INPUT_TABLE;
    case CAPTURE_PACKETS: return INPUT_CAPTURE;
    case CAPTURE_COMPRESSED: /* and compressed once more */
    case CAPTURE_UNKNOWN: break;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_str_has_suffix(file, suffixes[i].suffix))
            return suffixes[i].kind;
    }
    return INPUT_SCENARIO;
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

/* --- a reader for each kind --------------------------------------------------------------- */

typedef struct Request {
    const SimulationOptions *options;
    const char *file; /* as shown */
    const CaptureSelection *selection;
    const char *bytes;
    gsize length;
} Request;

static void read_scenario(const Request *request, Input *input)
{
    if (request->length > SCENARIO_BYTES_MAX)
        say_file(request->file, NULL,
                 "it is no capture and no segment table, and larger than the %u MB of a scenario",
                 (guint)(SCENARIO_BYTES_MAX / 1024 / 1024));
    else if (memchr(request->bytes, '\0', request->length) != NULL)
        say_file(request->file, "these can be: pcap, pcapng, and both compressed by gzip or zstd",
                 "it is no text, and no capture that can be read");
    else
        input->plan =
            simulation_parse(request->options, request->file, request->bytes, request->length);
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
        capture_read_packets(request->bytes, request->length, request->selection, notes, &problem);

    for (guint i = 0; i < notes->len; i++)
        input_note(request->file, g_ptr_array_index(notes, i));
    if (input->trace == NULL)
        say_problem(request->file, &problem);
    capture_problem_clear(&problem);
}

static void (*const readers[INPUT_KIND_COUNT])(const Request *request, Input *input) = {
    [INPUT_SCENARIO] = read_scenario,
    [INPUT_TABLE] = read_table,
    [INPUT_CAPTURE] = read_capture,
};

/* The same bytes when they are not compressed.  NULL, and said, when they cannot be unpacked. */
static GByteArray *unpack(const char *file, GByteArray *bytes)
{
    g_autofree char *why = NULL;
    GByteArray *unpacked;

    if (capture_kind(start_of(bytes), bytes->len) != CAPTURE_COMPRESSED)
        return bytes;
    unpacked = capture_unpack(start_of(bytes), bytes->len, &why);
    g_byte_array_unref(bytes);
    if (unpacked == NULL)
        say_file(file, NULL, "cannot unpack it: %s", why);
    else if (why != NULL)
        input_note(file, why);
    return unpacked;
}

static gboolean read_file(const SimulationOptions *options, const char *file,
                          const CaptureSelection *selection, Input *input)
{
    static const CaptureSelection all = {0};
    GByteArray *read = read_bytes(options->root, file);

    if (read == NULL)
        return FALSE;
    g_autoptr(GByteArray) bytes = unpack(input->file, read);

    if (bytes == NULL)
        return FALSE;
    input->kind = kind_of(file, bytes);
    Request request = {options, input->file, selection != NULL ? selection : &all, start_of(bytes),
                       bytes->len};

    readers[input->kind](&request, input);
    if (input->trace != NULL)
        input->trace->source = g_path_get_basename(input->file);
    return input->plan != NULL || input->trace != NULL;
}

gboolean input_open(const SimulationOptions *options, const char *file,
                    const CaptureSelection *selection, Input *input)
{
    *input = (Input){.file = strcmp(file, "-") == 0 ? "<stdin>" : file};
    if (!g_str_has_suffix(file, ".scn") && !drill_is_script(file))
        return read_file(options, file, selection, input);
    input->plan = simulation_load(options, file);
    return input->plan != NULL;
}

gboolean input_run(const SimulationOptions *options, Input *input)
{
    if (input->trace != NULL)
        return TRUE;
    if (options->wheel.tick != 0)
        simulation_give_wheel(input->plan, &options->wheel);
    input->trace = simulation_run(options, input->plan);
    input->is_live = options->lab.reality != NULL;
    input->is_tun = input->is_live && options->live == NULL;
    input->is_exact = !input->is_live && has_exact_timers(input->plan);
    return input->trace != NULL;
}

gboolean input_read(const SimulationOptions *options, const char *file,
                    const CaptureSelection *selection, Input *input)
{
    return input_open(options, file, selection, input) && input_run(options, input);
}

void input_clear(Input *input)
{
    trace_free(input->trace);
    plan_free(input->plan);
    input->trace = NULL;
    input->plan = NULL;
}

const char *input_peek(const char *root, const char *file)
{
    static const char *const texts[] = {
        [CAPTURE_UNKNOWN] = NULL,
        [CAPTURE_TABLE] = "a segment table",
        [CAPTURE_PACKETS] = "a capture",
        [CAPTURE_COMPRESSED] = "a compressed file",
    };
    char begin[4096];
    g_autofree char *unsaid = NULL; /* whoever reads it as a scenario will say it */
    gboolean is_regular = g_file_test(file, G_FILE_TEST_IS_REGULAR);
    FILE *stream = is_regular ? open_file(root, file, &unsaid) : NULL;
    gsize length;

    if (stream == NULL)
        return NULL;
    length = fread(begin, 1, sizeof begin, stream);
    (void)fclose(stream);
    return texts[capture_kind(begin, length)];
}

/* The library as a page calls it: texts in, texts and numbers out, one run at hand.
 *
 * A page has one thread and one run at a time, so here, and nowhere in the library, are variables: what a call
 * left is there until the next one of its kind. */
#include <emscripten.h>
#include <stdlib.h>
#include <string.h>

#include "api/tcpwaltz.h"

static TcpwaltzRun *run;
static TcpwaltzErrors *errors;   /* of the last call that could fail */
static TcpwaltzOptions *options; /* of the next run; NULL: the defaults */
static TcpwaltzOptions *look;    /* of sentences and pictures */
static TcpwaltzProfile *profile; /* the last one asked for */
static TcpwaltzEvents *events;   /* a look at the run at hand */

/* What is played next: emscripten would hand it over on the stack, which is small. */
static char *scenario;
static size_t scenario_bytes;

/* What was written last. */
static char *text;
static size_t length, room;

static int append(void *data, const void *bytes, size_t count)
{
    (void)data;
    if (length + count + 1 > room) {
        size_t wanted = 2 * (length + count + 1);
        char *grown = realloc(text, wanted);

        if (grown == NULL)
            return 1;
        text = grown;
        room = wanted;
    }
    memcpy(text + length, bytes, count);
    length += count;
    text[length] = '\0';
    return 0;
}

static void begin(void)
{
    tcpwaltz_errors_free(errors);
    errors = NULL;
    length = 0;
    (void)append(NULL, "", 0);
}

/* 0: fine; else text has what is wrong. */
static int tell(void)
{
    const char *said = tcpwaltz_errors_text(errors);

    if (errors == NULL)
        return 0;
    length = 0;
    (void)append(NULL, said, strlen(said));
    return -1;
}

/* The text that the last call left: its length, and where it is. */
EMSCRIPTEN_KEEPALIVE const char *page_text(void)
{
    return text;
}

EMSCRIPTEN_KEEPALIVE size_t page_length(void)
{
    return length;
}

/* --- what is wrong -------------------------------------------------------------------------- */

EMSCRIPTEN_KEEPALIVE size_t page_error_count(void)
{
    return tcpwaltz_errors_count(errors);
}

/* Numbers of the error at an index, which is there. */
EMSCRIPTEN_KEEPALIVE uint32_t page_error_line(size_t index)
{
    return tcpwaltz_errors_at(errors, index)->line;
}

EMSCRIPTEN_KEEPALIVE uint32_t page_error_column(size_t index)
{
    return tcpwaltz_errors_at(errors, index)->column;
}

EMSCRIPTEN_KEEPALIVE uint32_t page_error_width(size_t index)
{
    return tcpwaltz_errors_at(errors, index)->width;
}

/* Its texts; "" where it has none. */
static const char *or_empty(const char *words)
{
    return words != NULL ? words : "";
}

EMSCRIPTEN_KEEPALIVE const char *page_error_file(size_t index)
{
    return or_empty(tcpwaltz_errors_at(errors, index)->file);
}

EMSCRIPTEN_KEEPALIVE const char *page_error_message(size_t index)
{
    return tcpwaltz_errors_at(errors, index)->message;
}

EMSCRIPTEN_KEEPALIVE const char *page_error_hint(size_t index)
{
    return or_empty(tcpwaltz_errors_at(errors, index)->hint);
}

/* --- runs ----------------------------------------------------------------------------------- */

/* The page's word on a file that a scenario names: its text, or NULL.  The page has a function `read` for
 * it, or none. */
/* clang-format off */
EM_JS(char *, page_read, (const char *path), {
    const text = Module.read ? Module.read(UTF8ToString(path)) : null;
    if (text === null || text === undefined)
        return 0;
    const size = lengthBytesUTF8(text) + 1;
    const at = _malloc(size);
    stringToUTF8(text, at, size);
    return at;
});
/* clang-format on */

static int read_file(void *data, const char *path, TcpwaltzFile *file)
{
    char *held = page_read(path);

    (void)data;
    if (held == NULL)
        return 1;
    tcpwaltz_file_put(file, held, strlen(held));
    free(held);
    return 0;
}

static TcpwaltzOptions *next_options(void)
{
    if (options == NULL) {
        options = tcpwaltz_options_new();
        tcpwaltz_options_set_reader(options, read_file, NULL);
    }
    return options;
}

/* "client.profile=linux-6.18": of the next run alone. */
EMSCRIPTEN_KEEPALIVE void page_set(const char *setting)
{
    tcpwaltz_options_add_setting(next_options(), setting);
}

/* What the next run ends with at the latest: so many events, bytes, and steps without an event. */
EMSCRIPTEN_KEEPALIVE void page_bound(uint32_t events, uint32_t bytes, uint32_t steps)
{
    (void)tcpwaltz_options_set(next_options(), TCPWALTZ_MAX_EVENTS, events);
    (void)tcpwaltz_options_set(next_options(), TCPWALTZ_MAX_MEMORY, bytes);
    (void)tcpwaltz_options_set(next_options(), TCPWALTZ_MAX_STEPS, steps);
}

/* Room for a scenario of so many bytes, which the page writes there; NULL: there is none. */
EMSCRIPTEN_KEEPALIVE char *page_scenario(size_t bytes)
{
    free(scenario);
    scenario = malloc(bytes + 1);
    scenario_bytes = scenario != NULL ? bytes : 0;
    return scenario;
}

/* Plays what the page wrote, called `name`: then it is the run at hand.  Not 0: text says what is wrong with it,
 * and the run before is still there. */
EMSCRIPTEN_KEEPALIVE int page_run(const char *name)
{
    begin();
    TcpwaltzPlan *plan =
        tcpwaltz_plan_from_text(name, scenario, scenario_bytes, next_options(), &errors);
    TcpwaltzRun *made = plan != NULL ? tcpwaltz_run_plan(plan, options, &errors) : NULL;

    tcpwaltz_plan_free(plan);
    tcpwaltz_options_free(options);
    options = NULL;
    if (made != NULL) {
        tcpwaltz_events_free(events);
        events = NULL;
        tcpwaltz_run_free(run);
        run = made;
    }
    return tell();
}

/* How many events it has, and of the last one when it was and why: "quiet", "max-events". */
EMSCRIPTEN_KEEPALIVE uint32_t page_event_count(void)
{
    return tcpwaltz_run_event_count(run);
}

/* Of the run at hand as long as the page asks for nothing else. */
static const TcpwaltzEvent *last_event(void)
{
    tcpwaltz_events_free(events);
    events = tcpwaltz_events_new(run);
    return tcpwaltz_events_at(events, tcpwaltz_run_event_count(run));
}

EMSCRIPTEN_KEEPALIVE double page_end_time(void)
{
    return (double)last_event()->time_ns;
}

EMSCRIPTEN_KEEPALIVE const char *page_end(void)
{
    return last_event()->what;
}

/* How the page shows sentences and pictures. */
static TcpwaltzOptions *page_look(void)
{
    if (look == NULL) {
        look = tcpwaltz_options_new();
        (void)tcpwaltz_options_set(look, TCPWALTZ_UNICODE, 1);
        (void)tcpwaltz_options_set(look, TCPWALTZ_TITLES, 0);
    }
    return look;
}

/* From now on it says that message so … */
EMSCRIPTEN_KEEPALIVE void page_translate(const char *message, const char *translation)
{
    tcpwaltz_options_add_translation(page_look(), message, translation);
}

/* … and now English again. */
EMSCRIPTEN_KEEPALIVE void page_speak_english(void)
{
    tcpwaltz_options_free(look);
    look = NULL;
}

/* All messages that have translations; NULL beyond the last. */
EMSCRIPTEN_KEEPALIVE const char *page_message(size_t index)
{
    return tcpwaltz_message(index);
}

/* Writes a view of the run at hand into text, as the program does; not 0: what is wrong. */
EMSCRIPTEN_KEEPALIVE int page_view(const char *format)
{
    begin();
    (void)tcpwaltz_run_view(run, format, NULL, append, NULL, &errors);
    return tell();
}

/* The ladder as the page draws it: in its language, without titles. */
EMSCRIPTEN_KEEPALIVE int page_ladder(void)
{
    begin();
    (void)tcpwaltz_run_view(run, "svg", page_look(), append, NULL, &errors);
    return tell();
}

/* Events from a number on, a sentence a line, into text. */
EMSCRIPTEN_KEEPALIVE int page_sentences(uint32_t first, uint32_t count)
{
    begin();
    (void)tcpwaltz_run_sentences(run, first, count, page_look(), append, NULL, &errors);
    return tell();
}

/* The causes of an event, a line each, into text. */
EMSCRIPTEN_KEEPALIVE int page_why(uint32_t event)
{
    begin();
    (void)tcpwaltz_run_why(run, event, page_look(), append, NULL, &errors);
    return tell();
}

/* The line that does this to the segment which an event is about, into text. */
EMSCRIPTEN_KEEPALIVE int page_fault(uint32_t event, int fault, double delay_ns)
{
    begin();
    char *line =
        tcpwaltz_run_fault_line(run, event, (TcpwaltzFault)fault, (int64_t)delay_ns, &errors);

    if (line != NULL)
        (void)append(NULL, line, strlen(line));
    tcpwaltz_text_free(line);
    return tell();
}

/* What was expected and did not happen, a line each, into text; its value is how many were held. */
EMSCRIPTEN_KEEPALIVE size_t page_check(void)
{
    begin();
    TcpwaltzResults *results = tcpwaltz_run_check(run);
    size_t held = tcpwaltz_results_count(results) - tcpwaltz_results_failed(results);
    const TcpwaltzResult *result;

    for (size_t i = 0; (result = tcpwaltz_results_at(results, i)) != NULL; i++) {
        if (result->outcome == TCPWALTZ_HELD)
            continue;
        const char *pieces[] = {result->text, "\t", result->expected, "\t", result->actual, "\n"};

        for (size_t piece = 0; piece < sizeof pieces / sizeof pieces[0]; piece++)
            (void)append(NULL, or_empty(pieces[piece]), strlen(or_empty(pieces[piece])));
    }
    tcpwaltz_results_free(results);
    return held;
}

/* --- profiles ------------------------------------------------------------------------------- */

/* NULL beyond the last. */
EMSCRIPTEN_KEEPALIVE const char *page_profile_name(size_t index)
{
    return tcpwaltz_profile_name(index);
}

/* Takes a profile at hand, which is there: its title. */
EMSCRIPTEN_KEEPALIVE const char *page_profile(const char *name)
{
    tcpwaltz_profile_free(profile);
    profile = tcpwaltz_profile_new(name);
    return or_empty(tcpwaltz_profile_title(profile));
}

/* Of its key at an index: the name (NULL beyond the last), and what is said of it. */
EMSCRIPTEN_KEEPALIVE const char *page_key_name(size_t index)
{
    const TcpwaltzKey *key = tcpwaltz_profile_key(profile, index);

    return key != NULL ? key->name : NULL;
}

EMSCRIPTEN_KEEPALIVE const char *page_key_help(size_t index)
{
    return tcpwaltz_profile_key(profile, index)->help;
}

EMSCRIPTEN_KEEPALIVE const char *page_key_takes(size_t index)
{
    return tcpwaltz_profile_key(profile, index)->takes;
}

EMSCRIPTEN_KEEPALIVE const char *page_key_value(size_t index)
{
    return tcpwaltz_profile_key(profile, index)->value;
}

EMSCRIPTEN_KEEPALIVE const char *page_key_source(size_t index)
{
    return or_empty(tcpwaltz_profile_key(profile, index)->source);
}

/* The library as a page calls it: texts in, texts out, one run at hand.
 *
 * A page has one thread and one run at a time, so here, and nowhere in the library, are variables. */
#include <emscripten.h>
#include <stdlib.h>
#include <string.h>

#include "api/tcpwaltz.h"

static TcpwaltzRun *run;

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
    length = 0;
    (void)append(NULL, "", 0);
}

/* 0: fine; else text has what is wrong. */
static int tell(TcpwaltzErrors *errors)
{
    const char *said = tcpwaltz_errors_text(errors);
    int status = errors != NULL ? -1 : 0;

    if (errors != NULL) {
        begin();
        (void)append(NULL, said, strlen(said));
    }
    tcpwaltz_errors_free(errors);
    return status;
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

/* Plays a scenario called `name`: then it is the run at hand.  Not 0: text says what is wrong with it, and
 * the run before is still there. */
EMSCRIPTEN_KEEPALIVE int page_run(const char *name, const char *scenario)
{
    TcpwaltzErrors *errors = NULL;
    TcpwaltzOptions *options = tcpwaltz_options_new();

    tcpwaltz_options_set_reader(options, read_file, NULL);
    TcpwaltzPlan *plan =
        tcpwaltz_plan_from_text(name, scenario, strlen(scenario), options, &errors);
    TcpwaltzRun *made = plan != NULL ? tcpwaltz_run_plan(plan, NULL, &errors) : NULL;

    tcpwaltz_plan_free(plan);
    tcpwaltz_options_free(options);
    if (made != NULL) {
        tcpwaltz_run_free(run);
        run = made;
    }
    return tell(errors);
}

/* Writes a view of the run at hand into text; not 0: what is wrong. */
EMSCRIPTEN_KEEPALIVE int page_view(const char *format)
{
    TcpwaltzErrors *errors = NULL;

    begin();
    (void)tcpwaltz_run_view(run, format, NULL, append, NULL, &errors);
    return tell(errors);
}

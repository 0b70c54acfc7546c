/* A profile: read from a file, as profiles are; what it sets, a host keeps through a short connection. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "../worlds/invariants.h"
#include "fuzz.h"
#include "lab/lab.h"
#include "scenario_claims.h"
#include "scenario_words.h"

static const char scenario[] =
    "host a fuzz\nhost b rfc6298\nhost c fuzz\nlink a b delay=10ms\nlink a c delay=10ms\n"
    "drop a SYN #1\ndrop c any #2\nat 0s b listen\nat 0s c listen backlog=0\nat 0s a connect b\n"
    "at 0s a connect c\nat 5s a.1 send 9000\nat 5s a.2 send 900\nat 6s b.1 send 9000\nat 20s a.1 "
    "close\n"
    "at 20s c close\nat 21s b close\nat 21s a.2 close\nat 60s b connect a\n";

enum { EVENTS_MAX = 1500 };

static char *folder, *path;

static void remove_folder(void)
{
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    g_free(folder);
}

static void make_folder(void)
{
    folder = g_dir_make_tmp("tcpwaltz-fuzz-XXXXXX", NULL);
    g_assert(folder != NULL);
    path = g_build_filename(folder, "fuzz.profile", NULL);
    atexit(remove_folder);
}

static void write_profile(const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "w");

    g_assert(file != NULL);
    g_assert(fwrite(data, 1, size, file) == size);
    g_assert(fclose(file) == 0);
}

static void run(const ScenarioOptions *options)
{
    const LabOptions lab = {.level = TRACE_LEVEL_FULL, .max_events = EVENTS_MAX};
    g_autoptr(Plan) plan = scenario_claims_parse(scenario, strlen(scenario), options);

    g_assert(plan != NULL);
    g_autoptr(Trace) trace = lab_run(plan, &lab);
    g_autofree char *said = invariants_broken(plan, trace);
    if (said != NULL)
        g_error("%s", said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (folder == NULL)
        make_folder();
    const char *const folders[] = {folder, FUZZ_PROFILES, NULL};
    const ScenarioOptions options = {.profile_dirs = folders};

    write_profile(data, size);
    g_autoptr(Profile) profile = scenario_claims_profile(path, (const char *)data, size, &options);
    if (profile != NULL)
        run(&options);
    return 0;
}

const char *fuzz_word(uint64_t seed)
{
    return scenario_word(seed);
}

/* "set KEY=VALUE". */
char *fuzz_line(uint64_t seed)
{
    return g_strdup_printf("set %s source \"RFC 9293\"", scenario_word(seed));
}

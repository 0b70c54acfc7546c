/* What the files of the library's face share; only api/ includes this.
 *
 *   errors.c    lists of errors            options.c   how: settings, bounds, looks, the reader
 *   plan.c      texts and files to plans   run.c       plans to runs
 *   views.c     runs to texts              events.c    … to events, one by one
 *   facts.c     … to where everybody stands at a moment
 *   check.c     expectations and questions script.c    packetdrill scripts; script_none.c: none, for pages
 *   profiles.c  profiles, key by key       faults.c    faults for what was sent
 */
#ifndef TCPWALTZ_API_API_H
#define TCPWALTZ_API_API_H

#include <glib.h>

#include "api/tcpwaltz.h"
#include "lab/lab.h"
#include "scenario/scenario.h"
#include "view/view.h"

/* --- errors.c --- */

/* Makes *errors a list of these if anybody wants it; the diagnostics are freed.  There is one. */
void errors_give(TcpwaltzErrors **errors, Diagnostics *diagnostics);

/* The same for a single one, about no file. */
void errors_say(TcpwaltzErrors **errors, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* --- options.c --- */

struct TcpwaltzOptions {
    LabOptions lab;
    ViewOptions view;
    GPtrArray *settings; /* char *, NULL at the end */
    char *host, *profile;
    TcpwaltzReader *reader;
    void *reader_data;
};

/* Those for NULL. */
const TcpwaltzOptions *options_or_defaults(const TcpwaltzOptions *options);

/* --- script.c, script_none.c --- */

gboolean api_is_script(const char *name);

/* A packetdrill script as a plan; `profile` NULL: what it implies. */
Plan *api_read_script(const char *name, const char *text, gsize length, const char *profile,
                      const ScenarioOptions *scenario, Diagnostics *diagnostics);

/* --- plan.c --- */

/* What a scenario names: profiles of the library's own, everything else by way of the options' reader. */
ScenarioFiles api_files(const TcpwaltzOptions *options);

struct TcpwaltzPlan {
    gint owners; /* its holder, and runs */
    Plan *plan;
};

TcpwaltzPlan *plan_share(const TcpwaltzPlan *plan);

/* --- run.c --- */

struct TcpwaltzRun {
    TcpwaltzPlan *plan;
    Trace *trace;
};

/* The library's own profiles, sorted by name; made of sim/profiles at build time. */
typedef struct OwnProfile {
    const char *name; /* NULL behind the last */
    const char *text;
    gsize length;
} OwnProfile;

extern const OwnProfile own_profiles[];

#endif

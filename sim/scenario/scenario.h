/* The scenario language: text in, plan out.
 *
 * The statements, their forms and their help are one table (scenario/statements.c) that the
 * parser follows and `tcpwaltz help scenario` prints.  Profiles are the same language with the
 * statements `base` and `set`.
 */
#ifndef TCPWALTZ_SCENARIO_SCENARIO_H
#define TCPWALTZ_SCENARIO_SCENARIO_H

#include <glib.h>

#include "scenario/diagnostics.h"
#include "scenario/plan.h"

/* Files from elsewhere than the file system, for who has their texts at hand.  Each function returns
 * bytes that the reader takes over (g_free()), or NULL with *why, which it frees. */
typedef struct ScenarioFiles {
    /* What a scenario includes, and profiles by path; relative paths are as seen from the file that
     * names them, "lib/links.scn". */
    char *(*read)(gconstpointer data, const char *path, gsize *length, char **why);
    /* A profile by its name alone.  NULL without *why: there is none of that name. */
    char *(*read_profile)(gconstpointer data, const char *name, gsize *length, char **why);
    /* All such names, for who mistypes one; free with g_strfreev(). */
    char **(*profile_names)(gconstpointer data);
    gconstpointer data;
} ScenarioFiles;

/* Where things are looked for, and what the command line adds. */
typedef struct ScenarioOptions {
    const ScenarioFiles *files;      /* instead of profile_dirs and of the file system; or NULL */
    const char *const *profile_dirs; /* NULL-terminated; searched for NAME.profile in this order */
    const char *const *overrides;    /* NULL-terminated "HOST.KEY=VALUE" and what else
                                      * scenario/overrides.c reads, or NULL */
    const char *const *stacks;       /* NULL-terminated names: the linked stacks at hand; or NULL */
    const char *root;                /* files are read only from below it; NULL: from everywhere */
    PlanTolerance tolerance;         /* of expected times without `within` */
    GChecksum *digest;               /* takes in all bytes that are read; or NULL */
} ScenarioOptions;

/* Reads the file ("-": standard input, shown as <stdin>) and all that it includes.  Returns the
 * plan, or NULL with every error of the file in `diagnostics`.  Errors in overrides have the
 * file "--set". */
Plan *scenario_load(const char *path, const ScenarioOptions *options, Diagnostics *diagnostics);

/* The same for text at hand; `name` is the file name to show and to resolve includes against. */
Plan *scenario_parse(const char *name, const char *text, gsize length,
                     const ScenarioOptions *options, Diagnostics *diagnostics);

/* Sets options->overrides in the plan.  FALSE with diagnostics. */
gboolean scenario_override(Plan *plan, const ScenarioOptions *options, Diagnostics *diagnostics);

/* Reads a question about the plan's run, "client sends SYN at #2": an expectation without its
 * values.  NULL with diagnostics, in which it is called `name`, on failure; free with
 * plan_ask_free(). */
PlanAsk *scenario_ask(const Plan *plan, const char *name, const char *text,
                      Diagnostics *diagnostics);

/* Files are at most this long. */
#define SCENARIO_BYTES_MAX ((gsize)16 * 1024 * 1024)

/* One key of a profile as set by it or by one of its bases. */
typedef struct ProfileSetting {
    char *key, *value;
    char *source;     /* "RFC 6298 §2.1"; NULL when none was given */
    char *profile;    /* the profile that set it */
    gboolean unknown; /* `set KEY=unknown`: inherited, and said to be so */
} ProfileSetting;

typedef struct Profile {
    char *name;
    char *title, *base;     /* may be NULL */
    GPtrArray *about, *see; /* char * */
    HostConfig config;
    GPtrArray *settings; /* ProfileSetting *, bases first, the last one of a key wins */
} Profile;

/* Loads a profile by name (from the directories) or by path (it has a '/' or ends in
 * ".profile").  NULL with diagnostics on failure. */
Profile *profile_load(const char *name_or_path, const ScenarioOptions *options,
                      Diagnostics *diagnostics);
void profile_free(Profile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)

/* The setting of a key that wins; NULL when neither the profile nor its bases set it. */
const ProfileSetting *profile_setting(const Profile *profile, const char *key);

/* The names of all profiles in the directories, sorted bytewise; free with g_strfreev(). */
char **profile_names(const ScenarioOptions *options);

/* The language as help text, from the table that parses it; a flood's options alone; and the keys,
 * from the key table. */
char *scenario_help(void);
char *scenario_help_flood(void);
char *scenario_help_keys(void);

/* What the language has by this name: statements, actions, their options, expectations, keys (a sysctl's full name is one, too);
 * NULL: nothing. */
char *scenario_help_on(const char *word);
/* All such names, some twice; free with g_strfreev(). */
char **scenario_help_words(void);

#endif

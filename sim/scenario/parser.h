/* What the files of the parser share: its state, and how a statement takes its words.
 *
 * A statement's function takes word after word.  Each line_… function that finds something
 * wrong reports it, says what would have been right, and returns FALSE or NULL; the statement
 * then gives up its line, and the next line is read as if nothing had happened.
 */
#ifndef TCPWALTZ_SCENARIO_PARSER_H
#define TCPWALTZ_SCENARIO_PARSER_H

#include <glib.h>

#include "scenario/diagnostics.h"
#include "scenario/plan.h"
#include "scenario/scenario.h"
#include "scenario/source.h"

enum {
    HOSTS_MAX = 250,
    DEPTH_MAX = 16,     /* of includes, and of bases */
    SOURCES_MAX = 1000, /* files that one scenario reads */
};

/* A statement that may stand once. */
typedef enum Once {
    ONCE_TITLE,
    ONCE_SEED,
    ONCE_STOP,
    ONCE_VERSION,
    ONCE_BASE,
    ONCE_COUNT,
} Once;

/* A segment has to get from one host to another: checked when every link is known. */
typedef struct Route {
    guint from, to;
    gboolean answers; /* there must be a way back, too */
    SourcePlace place;
    const char *text; /* the line, in its source's bytes */
    gsize length;
    guint64 rank;
} Route;

typedef struct Parser {
    const ScenarioOptions *options;
    Diagnostics *diagnostics;
    gboolean muted; /* the line has an error already: only declare what it declares */
    LineReader *reader;
    GPtrArray *sources;           /* Source *; kept, because lines are shown until the end */
    gsize bytes;                  /* of all sources */
    Plan *plan;                   /* NULL while a profile is loaded for itself */
    GHashTable *link_index;       /* from, to → index in plan->links + 1 */
    GArray *routes;               /* Route */
    gboolean link_failed;         /* a link's hosts could not be read: any route may be there */
    GHashTable *profiles;         /* path → ProfileEntry, see profile.c */
    Profile *profile;             /* being read; NULL in a scenario */
    SourcePlace once[ONCE_COUNT]; /* of the scenario, or of the profile being read */
} Parser;

void parser_init(Parser *parser, const ScenarioOptions *options, Diagnostics *diagnostics);
void parser_clear(Parser *parser);

/* --- statements.c --- */

typedef enum StatementScope {
    IN_SCENARIO = 1 << 0,
    IN_PROFILE = 1 << 1,
} StatementScope;

typedef struct Statement {
    const char *verb;
    guint scope;       /* StatementScope bits */
    const char *forms; /* '\n' between them */
    const char *help;
    void (*parse)(Parser *parser, Line *line);
} Statement;

const Statement *statement_table(gsize *count);

/* Reads every line of the source, which the parser takes over.  FALSE when it has none. */
gboolean parser_read_source(Parser *parser, Source *source, StatementScope scope);

/* --- names.c: values by name --- */

/* Puts values where $NAME stands.  FALSE and an error: one of them is not known. */
gboolean line_put_values(Parser *parser, Line *line);
void parse_let(Parser *parser, Line *line);

/* NULL: no line has given it a value. */
const PlanName *plan_find_name(const Plan *plan, const char *name);

/* --- reporting.c --- */

const Word *line_word(const Line *line, guint index);
SourcePlace line_place(const Line *line, const Word *word);

/* An error at a word (NULL: behind the last word of the line). */
void line_error(Parser *parser, const Line *line, const Word *word, const char *hint,
                const char *format, ...) G_GNUC_PRINTF(5, 6);

/* "unknown WHAT 'word'", with the nearest of `words`; a short list of them is shown. */
void line_unknown(Parser *parser, const Line *line, const Word *word, const char *what,
                  const char *const *words);

/* "expected EXPECTED after 'the last word'", with the forms of the statement. */
void line_missing(Parser *parser, const Line *line, const char *expected);

/* A word for a message, cut when it is long.  Lives as long as the line. */
const char *shown(Parser *parser, const Word *word);

/* Hints, owned by the caller.  "did you mean 'X'?", and "one of …" below when that is no page; */
char *words_hint(const char *word, const char *const *words);
/* "form: …", a line a form; NULL when the line has none. */
char *form_hint(const Line *line);

/* --- words.c: taking words --- */

const Word *line_peek(const Line *line); /* NULL at the end */
gboolean line_next_is(const Line *line, const char *text);
gboolean line_take_if(Line *line, const char *text);
const Word *line_take(Parser *parser, Line *line, const char *expected);
gboolean line_expect(Parser *parser, Line *line, const char *text);
const Word *line_take_quoted(Parser *parser, Line *line, const char *expected);

/* No words are left. */
gboolean line_done(Parser *parser, Line *line);

gboolean line_take_time(Parser *parser, Line *line, const char *expected, SimTime *out);
gboolean line_take_number(Parser *parser, Line *line, const char *expected, guint64 least,
                          guint64 most, guint64 *out);
gboolean line_take_bytes(Parser *parser, Line *line, const char *expected, guint64 least,
                         guint64 *out);
gboolean line_take_host(Parser *parser, Line *line, const char *expected, guint *out);
gboolean line_take_party(Parser *parser, Line *line, const char *expected, PlanParty *out);
gboolean line_take_state(Parser *parser, Line *line, TcpState *out);
gboolean line_take_class(Parser *parser, Line *line, SegmentClass *out);

/* "A->B" or "A -> B". */
gboolean line_take_arrow(Parser *parser, Line *line, guint *from, guint *to);

/* The same for a word at hand. */
gboolean word_time(Parser *parser, const Line *line, const Word *word, SimTime *out);
gboolean word_number(Parser *parser, const Line *line, const Word *word, guint64 least,
                     guint64 most, guint64 *out);

/* "20000/s": so many a second. */
gboolean word_rate(Parser *parser, const Line *line, const Word *word, guint64 *out);

/* Flags of a segment: "SYN,ACK", "S.", "none". */
gboolean word_flags(Parser *parser, const Line *line, const Word *word, guint8 *out);

gboolean word_host(Parser *parser, const Line *line, const Word *word, guint *out);
gboolean word_party(Parser *parser, const Line *line, const Word *word, PlanParty *out);

/* Says what is wrong with a time. */
void word_time_error(Parser *parser, const Line *line, const Word *word, SimTimeError error);

gboolean word_is(const Word *word, const char *text);

/* The part of a word as a word of its own, with its place. */
Word word_part(Parser *parser, const Word *word, gsize from, gsize length);

/* The words from index `first` on, as written, one blank between; owned by the caller. */
char *line_text_from(const Line *line, guint first);

/* --- settings.c: KEY=VALUE --- */

/* What sysctl calls net.ipv4.tcp_syn_retries is tcp_syn_retries here, so that it can be pasted as it is: the length of what
 * stands before the key's own name. */
gsize sysctl_prefix(const char *key);

/* Splits KEY=VALUE; reports what has another form. */
gboolean word_setting(Parser *parser, const Line *line, const Word *word, Word *key, Word *value);

/* A line of settings has at least one, before its `source`; FALSE and an error when not. */
gboolean line_has_setting(Parser *parser, const Line *line);

/* FALSE and an error when this key stood on the line before, from word `first` on. */
gboolean word_first_of_line(Parser *parser, const Line *line, guint first, const Word *key);

/* The key of this name; reports what is none. */
const Key *word_key(Parser *parser, const Line *line, KeyScope scope, const Word *key);

/* Sets a key of the key table in `config`; reports what is wrong. */
gboolean set_value(Parser *parser, const Line *line, const Key *key, void *config,
                   const Word *value);
gboolean set_key(Parser *parser, const Line *line, KeyScope scope, void *config, const Word *key,
                 const Word *value);

/* Takes the words that are left, up to `source`, as KEY=VALUE of the key table. */
void set_keys(Parser *parser, Line *line, KeyScope scope, void *config);

/* --- overrides.c: what the command line sets --- */

/* What one setting of it is about: "client.mss", "client.profile", "link.loss" (all links),
 * "client->server.loss" (one way), "rtt" (a value by name). */
typedef struct Target {
    const PlanName *name; /* "rtt", a value by name; NULL: a key, or a profile */
    const Key *key;       /* NULL: neither, or a host's profile */
    KeyScope scope;
    guint host;         /* KEY_SCOPE_HOST */
    gboolean all_links; /* KEY_SCOPE_LINK; else: */
    guint link;         /* in plan->links */
} Target;

/* Reports what is none. */
gboolean word_target(Parser *parser, const Line *line, const Word *word, Target *out);

void apply_overrides(Parser *parser);

/* The profile that the command line gives this host, as a word of reader->line, which the caller clears.
 * FALSE: none. */
gboolean override_profile(Parser *parser, const char *host, LineReader *reader, Word *out);

/* One option of an action: `set` reads its value into `into`.  One whose form has no "=" is a word
 * that stands alone, and its own value. */
typedef struct Option {
    const char *name;
    const char *form; /* "port=80" */
    const char *help;
    gboolean (*set)(Parser *parser, const Line *line, const Word *value, void *into);
} Option;

/* Takes every word that is left as one of `options` (the last row has no name). */
gboolean line_take_options(Parser *parser, Line *line, const Option *options, void *into);

/* FALSE and an error when a statement that may stand once stood before. */
gboolean line_once(Parser *parser, const Line *line, Once what);

/* --- the statements, a family a file --- */

void parse_host(Parser *parser, Line *line);
void parse_set(Parser *parser, Line *line);
void check_families(Parser *parser); /* of two hosts that a link joins */
void check_stacks(Parser *parser);   /* of linked stacks only what they can be given is set */
void parse_link(Parser *parser, Line *line);
void check_routes(Parser *parser);
void need_route(Parser *parser, const Line *line, const Word *word, guint from, guint to,
                gboolean answers);
void parse_fault(Parser *parser, Line *line);
void parse_order(Parser *parser, Line *line);
void parse_at(Parser *parser, Line *line);
void parse_when(Parser *parser, Line *line);
gboolean parse_inject(Parser *parser, Line *line, PlanStep *step);
gboolean parse_flood(Parser *parser, Line *line, PlanStep *step);
void parse_expect(Parser *parser, Line *line);
/* An expectation without its values; what may stand behind it is left. */
gboolean parse_question(Parser *parser, Line *line, PlanExpect *expect);
void parse_include(Parser *parser, Line *line);

void parse_base(Parser *parser, Line *line);
void parse_profile_set(Parser *parser, Line *line);

/* Takes the rest of a line's `source "…"`; *source is NULL without one. */
gboolean line_take_source(Parser *parser, Line *line, const Word **source);

/* Reads the file that this word names; NULL after an error, that of a loop included. */
Source *open_source(Parser *parser, const Line *line, const Word *word, const char *root,
                    const char *path);

/* The same for one that was read; NULL: it could not be, and why (it is freed). */
Source *take_source(Parser *parser, const Line *line, const Word *word, const char *path,
                    Source *source, char *why_none);

/* The profile that a host or a base names, owned by the parser; NULL after an error. */
const Profile *find_profile(Parser *parser, const Line *line, const Word *name);

/* --- what help prints besides the statements --- */

typedef struct HelpRow {
    const char *form;
    const char *help;
} HelpRow;

/* Row `i`, or FALSE. */
gboolean action_help(gsize i, HelpRow *out);
gboolean action_option_help(gsize i, HelpRow *out);
gboolean inject_option_help(gsize i, HelpRow *out);
gboolean flood_option_help(gsize i, HelpRow *out);
gboolean expectation_help(gsize i, HelpRow *out);
gboolean question_help(gsize i, HelpRow *out);

#endif

/* libtcpwaltz: what happens to a TCP connection when the network misbehaves while it opens or closes.
 *
 * You give it a scenario, a text of about ten lines: hosts, a link, which segment is lost, who calls
 * connect and close and when.  It plays the scenario with two simulated endpoints in virtual time, and
 * you get what happened: every segment, every timer, every change of state, each with what caused it.
 * The same text gives the same run on every machine; a wait of 189 s takes no time.
 *
 * The simple call, and a picture of what came of it:
 *
 *     static int print(void *data, const void *bytes, size_t length)
 *     {
 *         (void)data;
 *         return fwrite(bytes, 1, length, stdout) != length;
 *     }
 *
 *     TcpwaltzErrors *errors = NULL;
 *     TcpwaltzRun *run = tcpwaltz_run_text(text, strlen(text), &errors);
 *
 *     if (run == NULL)
 *         fputs(tcpwaltz_errors_text(errors), stderr);
 *     else
 *         tcpwaltz_run_view(run, "timeline", NULL, print, NULL, NULL);
 *     tcpwaltz_run_free(run);
 *     tcpwaltz_errors_free(errors);
 *
 * Beyond that: options say how (a seed, bounds, files that a scenario names); a plan is a scenario that
 * was read once and can be run often; from a run come views, events one by one, facts at a moment, the
 * causes of an event, expectations that were held or were not, answers to questions.
 *
 * The scenario language: docs/scenario-language.md.  A small program: examples/run.c.
 *
 * What holds for all of it
 *
 *   Texts are UTF-8 and end with NUL, unless a length stands beside them.  Texts that you give may hold
 *   anything: what is wrong with them is an error, never a crash.  Times are nanoseconds of virtual time
 *   since the run began.
 *
 *   Whose is it?  What a function with _new, _from_, or tcpwaltz_run…() returns as an object is yours,
 *   until its _free(), which takes NULL, too.  A `const` pointer belongs to the object that it came from
 *   and lives as long, or as short as its function says.  Nothing that you give is kept but the reader
 *   and its data in options.
 *
 *   Errors are values.  A function that can fail takes `errors`, which may be NULL; when it fails, and
 *   only then, *errors is a list that is yours.  What is there already is not looked at.
 *
 *   The library prints nothing, ends no process, opens no file unless you call
 *   tcpwaltz_plan_from_file(), starts no thread, and has no state of its own: threads may use different
 *   objects at once, and one plan or run together, as long as nobody frees it.  Two things it has in
 *   common with nearly all programs: when the system has no memory left, or a pointer is given that is
 *   none, the process ends.  A run's own bound on memory (TCPWALTZ_MAX_MEMORY) comes long before.
 *
 *   Names of files that were read are kept as long as the process lives, so that errors can name them:
 *   give the same name to each of many texts.
 *
 *   Structures are only made by the library and may grow at their end; enumerations may grow, too.  What
 *   is here stays, with its meaning, until the first part of the version changes. */
#ifndef TCPWALTZ_H
#define TCPWALTZ_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TCPWALTZ_API __attribute__((visibility("default")))
#else
#define TCPWALTZ_API
#endif

/* "0.1.0": of the library at hand. */
TCPWALTZ_API const char *tcpwaltz_version(void);

typedef struct TcpwaltzErrors TcpwaltzErrors;
typedef struct TcpwaltzOptions TcpwaltzOptions;
typedef struct TcpwaltzPlan TcpwaltzPlan;
typedef struct TcpwaltzRun TcpwaltzRun;
typedef struct TcpwaltzEvents TcpwaltzEvents;
typedef struct TcpwaltzFacts TcpwaltzFacts;
typedef struct TcpwaltzResults TcpwaltzResults;
typedef struct TcpwaltzProfile TcpwaltzProfile;

/* ---- Errors -------------------------------------------------------------------------------------- */

typedef struct TcpwaltzError {
    const char *file;    /* as named; NULL: it is about no file */
    uint32_t line;       /* from 1; 0: about the file as a whole */
    uint32_t column;     /* in characters, from 1; 0: about the whole line */
    uint32_t width;      /* characters that are meant, from `column` on; 0: unknown */
    int is_note;         /* 1: explains the error before it ("the first one is here") */
    const char *message; /* "unknown profile 'linux-2.5'" */
    const char *hint;    /* "did you mean 'linux-2.4'?"; several lines are several hints; or NULL */
} TcpwaltzError;

/* All texts are safe to show: no control characters. */
TCPWALTZ_API size_t tcpwaltz_errors_count(const TcpwaltzErrors *errors); /* of NULL: 0 */

/* From 0; NULL beyond the last.  Lives as long as the list. */
TCPWALTZ_API const TcpwaltzError *tcpwaltz_errors_at(const TcpwaltzErrors *errors, size_t index);

/* All of them as a terminal shows them, with the line and the place in it marked:
 *
 *   <text>:3:13: error: unknown profile 'linux-2.5'
 *      3 | host client linux-2.5
 *        |             ^~~~~~~~~
 *        = did you mean 'linux-2.4'?
 *
 * "" for NULL. */
TCPWALTZ_API const char *tcpwaltz_errors_text(const TcpwaltzErrors *errors);
TCPWALTZ_API void tcpwaltz_errors_free(TcpwaltzErrors *errors);

/* ---- Options ------------------------------------------------------------------------------------- */

/* Wherever options are asked for, NULL is the defaults. */
TCPWALTZ_API TcpwaltzOptions *tcpwaltz_options_new(void);
TCPWALTZ_API void tcpwaltz_options_free(TcpwaltzOptions *options);

typedef enum TcpwaltzOption {
    /* Of a run. */
    TCPWALTZ_SEED, /* chance is drawn from it; default: the scenario's, 1 where it has none */
    TCPWALTZ_MAX_TIME_NS, /* the run ends at this virtual time; default 24 h, at most INT64_MAX */
    TCPWALTZ_MAX_EVENTS,  /* … with so many events; default 10,000,000 */
    TCPWALTZ_MAX_MEMORY,  /* … with so many bytes, views included; default 1 GiB */
    TCPWALTZ_MAX_STEPS,   /* … after so many steps without an event; default 50,000,000 */
    TCPWALTZ_INTERVAL_NS, /* of counters; default 100 ms where there is a flood, else none */
    /* Of a view. */
    TCPWALTZ_WIDTH,   /* columns of text views, at most 10,000; default 100 */
    TCPWALTZ_UNICODE, /* 1: arrows and lines; default 0: ASCII */
    TCPWALTZ_COLOUR,  /* 1: ANSI colours; default 0 */
    TCPWALTZ_TITLES,  /* 0: events of "svg" have no sentences as titles; default 1 */
} TcpwaltzOption;

/* 0 for a bound is its default.  Returns 0, or -1 when there is no such option or it has no such value. */
TCPWALTZ_API int tcpwaltz_options_set(TcpwaltzOptions *options, TcpwaltzOption option,
                                      uint64_t value);

/* "client.initial-rto=3s": sets a key of a host in every plan that is read with these options, as
 * --set does.  What is wrong with it is an error of reading, in the file "--set". */
TCPWALTZ_API void tcpwaltz_options_add_setting(TcpwaltzOptions *options, const char *setting);

/* The host whose script the view "pkt" writes; NULL, and by default: the view chooses. */
TCPWALTZ_API void tcpwaltz_options_set_host(TcpwaltzOptions *options, const char *host);

/* The stack that a packetdrill script tests, "linux-6.18"; NULL: what the script's commands imply. */
TCPWALTZ_API void tcpwaltz_options_set_profile(TcpwaltzOptions *options, const char *profile);

/* What sentences, causes and "svg" say in another language, message by message: "{0} sends {1}" is said as
 * "{1} von {0}".  Where there is no translation it is English, as everything else is. */
TCPWALTZ_API void tcpwaltz_options_add_translation(TcpwaltzOptions *options, const char *message,
                                                   const char *translation);

/* All messages that can be translated, from 0.  NULL beyond the last. */
TCPWALTZ_API const char *tcpwaltz_message(size_t index);

/* Where a reader puts a file. */
typedef struct TcpwaltzFile TcpwaltzFile;

/* Reads a file that a scenario names: what it includes ("links.scn"), a profile by path, or a profile by
 * a name that is none of the library's own (then "NAME.profile").  Relative paths are as seen from the file
 * that names them.  Calls tcpwaltz_file_put() as often as it likes and returns 0; or returns another
 * number, and the file cannot be read: tcpwaltz_file_refuse() says why.  It may be called from inside
 * every function that reads a plan, and from nowhere else. */
typedef int TcpwaltzReader(void *data, const char *path, TcpwaltzFile *file);

/* Appends bytes, which are copied. */
TCPWALTZ_API void tcpwaltz_file_put(TcpwaltzFile *file, const void *bytes, size_t length);

/* Why it cannot be read, "permission denied"; without it: "no such file". */
TCPWALTZ_API void tcpwaltz_file_refuse(TcpwaltzFile *file, const char *why);

/* By default, and with NULL, no file can be read (but see tcpwaltz_plan_from_file()).  `data` is handed
 * through. */
TCPWALTZ_API void tcpwaltz_options_set_reader(TcpwaltzOptions *options, TcpwaltzReader *reader,
                                              void *data);

/* ---- Plans --------------------------------------------------------------------------------------- */

/* Reads a scenario, or a packetdrill script where `name` ends in ".pkt".  `name` is what errors and the
 * run call it, and what names in it are relative to; NULL: "<text>".  At most 16 MB.  NULL: it is wrong,
 * and all that is wrong with it is in *errors. */
TCPWALTZ_API TcpwaltzPlan *tcpwaltz_plan_from_text(const char *name, const char *text,
                                                   size_t length, const TcpwaltzOptions *options,
                                                   TcpwaltzErrors **errors);

/* The same for a file.  Without a reader in the options, what it names is read from the file system, too:
 * ordinary files alone. */
TCPWALTZ_API TcpwaltzPlan *tcpwaltz_plan_from_file(const char *path, const TcpwaltzOptions *options,
                                                   TcpwaltzErrors **errors);

/* "The first SYN is lost"; NULL when it has none. */
TCPWALTZ_API const char *tcpwaltz_plan_title(const TcpwaltzPlan *plan);

/* A run keeps what it needs of its plan: free it when you like. */
TCPWALTZ_API void tcpwaltz_plan_free(TcpwaltzPlan *plan);

/* Profiles that the library knows by name, sorted: `host client linux-6.18`.  NULL beyond the last. */
TCPWALTZ_API const char *tcpwaltz_profile_name(size_t index);

/* One of them, with every key that a host has.  NULL: there is none of that name. */
TCPWALTZ_API TcpwaltzProfile *tcpwaltz_profile_new(const char *name);
TCPWALTZ_API const char *tcpwaltz_profile_title(const TcpwaltzProfile *profile); /* "Linux 6.18" */
TCPWALTZ_API void tcpwaltz_profile_free(TcpwaltzProfile *profile);

typedef struct TcpwaltzKey {
    const char *name;   /* "tcp_syn_retries" */
    const char *help;   /* a line */
    const char *takes;  /* "0 to 255", "yes or no" */
    const char *value;  /* the profile's, as a scenario writes it: "6" */
    const char *source; /* where it is known from; NULL: the default, or nobody knows */
} TcpwaltzKey;

/* Its keys, from 0, in the order of the manual; NULL beyond the last.  Lives as long as the profile. */
TCPWALTZ_API const TcpwaltzKey *tcpwaltz_profile_key(const TcpwaltzProfile *profile, size_t index);

/* ---- Runs ---------------------------------------------------------------------------------------- */

/* Plays the plan to its end: nothing is left to happen, `stop`, or a bound.  What goes wrong in the
 * simulated world is in the run, and no error. */
TCPWALTZ_API TcpwaltzRun *tcpwaltz_run_plan(const TcpwaltzPlan *plan,
                                            const TcpwaltzOptions *options,
                                            TcpwaltzErrors **errors);

/* Reads and plays with the defaults. */
TCPWALTZ_API TcpwaltzRun *tcpwaltz_run_text(const char *text, size_t length,
                                            TcpwaltzErrors **errors);
TCPWALTZ_API void tcpwaltz_run_free(TcpwaltzRun *run);

/* Its hosts, in the order of the scenario, from 0.  NULL beyond the last. */
TCPWALTZ_API const char *tcpwaltz_run_host(const TcpwaltzRun *run, size_t index);

typedef enum TcpwaltzEnd {
    TCPWALTZ_END_QUIET,      /* nothing was left */
    TCPWALTZ_END_STOP,       /* `stop at` */
    TCPWALTZ_END_MAX_TIME,   /* the bound on virtual time … */
    TCPWALTZ_END_MAX_EVENTS, /* … on events … */
    TCPWALTZ_END_MAX_MEMORY, /* … on memory … */
    TCPWALTZ_END_MAX_STEPS,  /* … on steps */
} TcpwaltzEnd;

TCPWALTZ_API TcpwaltzEnd tcpwaltz_run_end(const TcpwaltzRun *run);

/* ---- Views --------------------------------------------------------------------------------------- */

/* Takes the next piece of a view.  Returns 0; another number ends the view. */
typedef int TcpwaltzSink(void *data, const void *bytes, size_t length);

/* "timeline", "json", "svg" …, and "pcapng", which is binary: those of `tcpwaltz run --format` and of
 * `tcpwaltz pcap`, byte for byte.  NULL beyond the last; help is a line. */
TCPWALTZ_API const char *tcpwaltz_format_name(size_t index);
TCPWALTZ_API const char *tcpwaltz_format_help(size_t index);

/* Writes a view of the run into the sink, in one piece or several.  Returns 0; or -1 with *errors: no
 * such format, a view that cannot show this run, a sink that wants no more. */
TCPWALTZ_API int tcpwaltz_run_view(const TcpwaltzRun *run, const char *format,
                                   const TcpwaltzOptions *options, TcpwaltzSink *sink, void *data,
                                   TcpwaltzErrors **errors);

/* The same for `count` events from number `first` on, a sentence a line: "client sends SYN seq=0: connect
 * called [RFC 9293 §3.10.1]". */
TCPWALTZ_API int tcpwaltz_run_sentences(const TcpwaltzRun *run, uint32_t first, uint32_t count,
                                        const TcpwaltzOptions *options, TcpwaltzSink *sink,
                                        void *data, TcpwaltzErrors **errors);

/* The same for what led to an event, the first cause first, a line each:
 *
 *     3      0.000 s  the script says: client connect server (<text>:13)
 *     5      0.000 s  so client sends SYN seq=0: connect called [RFC 9293 §3.10.1]  */
TCPWALTZ_API int tcpwaltz_run_why(const TcpwaltzRun *run, uint32_t event,
                                  const TcpwaltzOptions *options, TcpwaltzSink *sink, void *data,
                                  TcpwaltzErrors **errors);

/* ---- Faults -------------------------------------------------------------------------------------- */

typedef enum TcpwaltzFault {
    TCPWALTZ_DROP,
    TCPWALTZ_DUPLICATE,
    TCPWALTZ_CORRUPT,
    TCPWALTZ_DELAY,
} TcpwaltzFault;

/* The line of a scenario that does this to the segment which the event `event` is about, "drop client SYN
 * #1": with it, the next run of the same scenario goes the same way up to there.  `delay_ns` (from 1) is for
 * TCPWALTZ_DELAY.  NULL with *errors: the event is about no segment, or about a forged one, which no fault
 * meets.  Free with tcpwaltz_text_free(). */
TCPWALTZ_API char *tcpwaltz_run_fault_line(const TcpwaltzRun *run, uint32_t event,
                                           TcpwaltzFault fault, int64_t delay_ns,
                                           TcpwaltzErrors **errors);

/* ---- Events -------------------------------------------------------------------------------------- */

typedef enum TcpwaltzKind {
    TCPWALTZ_CALL,    /* a line of the script: the application called */
    TCPWALTZ_APP,     /* the stack told the application something */
    TCPWALTZ_SEND,    /* a host sent a segment */
    TCPWALTZ_LOST,    /* that segment was lost */
    TCPWALTZ_FAULT,   /* it was duplicated, corrupted or delayed */
    TCPWALTZ_ARRIVE,  /* a copy reached its host */
    TCPWALTZ_DISCARD, /* the host refused or ignored it */
    TCPWALTZ_STATE,   /* a connection moved */
    TCPWALTZ_TIMER,   /* a timer was armed, cancelled, or fired */
    TCPWALTZ_HOST,    /* a host crashed or came back */
    TCPWALTZ_RUN_END, /* the last one */
} TcpwaltzKind;

/* A number is 0 and a text NULL where its kind has none. */
typedef struct TcpwaltzEvent {
    uint32_t number; /* from 1, as the timeline numbers them */
    uint32_t cause;  /* the event that caused it; 0: none, or a line of the script */
    int64_t time_ns;
    TcpwaltzKind kind;
    const char *host;    /* where it happened */
    uint32_t connection; /* of that host, from 1; 0: the listener, or nobody */

    /* In a word: CALL the verb ("connect"); APP "connected", "read"; SEND, ARRIVE and DISCARD the segment
     * ("SYN-ACK"); LOST and FAULT the fault ("drop"); STATE the state that was entered; TIMER the timer
     * ("retransmit"); HOST "up", "down"; RUN_END why ("quiet"). */
    const char *what;
    const char *reason; /* a sentence: SEND, DISCARD, STATE, TIMER */
    const char *source; /* … and where it comes from, "RFC 6298 §5.4" */
    const char *error;  /* CALL, APP: "ETIMEDOUT" */

    /* CALL; LOST and FAULT by a rule: the scenario's line. */
    const char *text, *file;
    uint32_t line;

    /* SEND, ARRIVE, DISCARD: the segment; numbers are relative to the initial ones. */
    const char *peer; /* where it goes to, or came from */
    uint8_t flags;    /* as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32 */
    uint32_t seq, ack, length;
    uint32_t window;  /* as in the header, not scaled */
    uint32_t sent;    /* ARRIVE, DISCARD, LOST, FAULT: the number of its SEND */
    const char *fate; /* SEND: "pass", "delay", "dup", "corrupt", "lost" */

    uint32_t retry; /* SEND, TIMER: which repetition; 0: none */
    uint32_t limit; /* … of so many */

    const char *from;  /* STATE: the state before; TIMER: "armed", "cancelled", "fired" */
    int64_t length_ns; /* TIMER: for how long; FAULT: delayed by */
    int64_t due_ns;    /* TIMER */
    uint64_t bytes;    /* APP: of "read" */
} TcpwaltzEvent;

TCPWALTZ_API uint32_t tcpwaltz_run_event_count(const TcpwaltzRun *run);

/* A look at the events, one at a time; free it before its run. */
TCPWALTZ_API TcpwaltzEvents *tcpwaltz_events_new(const TcpwaltzRun *run);

/* The next one, from the first; NULL behind the last.  Lives until the look is moved or freed; its texts
 * live as long as the run. */
TCPWALTZ_API const TcpwaltzEvent *tcpwaltz_events_next(TcpwaltzEvents *events);

/* The one with this number, and the one behind it is next; NULL: there is none. */
TCPWALTZ_API const TcpwaltzEvent *tcpwaltz_events_at(TcpwaltzEvents *events, uint32_t number);
TCPWALTZ_API void tcpwaltz_events_free(TcpwaltzEvents *events);

/* ---- Facts --------------------------------------------------------------------------------------- */

/* Where everybody stands at a moment, all that happens at that time included, as the events tell it:
 * what a flood does unlisted is not counted. */
TCPWALTZ_API TcpwaltzFacts *tcpwaltz_facts_new(const TcpwaltzRun *run, int64_t time_ns);

/* The same before and including the event with this number. */
TCPWALTZ_API TcpwaltzFacts *tcpwaltz_facts_at_event(const TcpwaltzRun *run, uint32_t number);
TCPWALTZ_API void tcpwaltz_facts_free(TcpwaltzFacts *facts);

enum { TCPWALTZ_TIMERS = 9 };

typedef struct TcpwaltzTimer {
    const char *name;  /* "retransmit", "time-wait", … */
    int is_running;    /* 1, and then: */
    int64_t length_ns; /* how long it was armed for … */
    int64_t due_ns;    /* … until when … */
    uint32_t retry;    /* … for which repetition */
} TcpwaltzTimer;

/* Of a connection, or of a host. */
typedef struct TcpwaltzFact {
    const char *state; /* "SYN-SENT"; of a host the state of its listener; NULL: it had none yet */
    uint64_t sent, sent_again; /* segments; repeats are among those sent … */
    uint64_t sent_lost;        /* … and lost ones, too */
    uint64_t arrived, discarded;
    uint64_t bytes_read;  /* by the application */
    uint32_t connections; /* of a host: how many it has had; of a connection its number */
    size_t timer_count;
    TcpwaltzTimer timers[TCPWALTZ_TIMERS]; /* of a host none is running */
} TcpwaltzFact;

/* Of connection `connection` (from 1) of a host, or with 0 of the host as a whole.  NULL: there is no such
 * host, or it has had no such connection yet.  Lives as long as the facts. */
TCPWALTZ_API const TcpwaltzFact *tcpwaltz_facts_of(const TcpwaltzFacts *facts, const char *host,
                                                   uint32_t connection);

/* ---- Expectations and questions ------------------------------------------------------------------ */

typedef enum TcpwaltzOutcome {
    TCPWALTZ_HELD,
    TCPWALTZ_FAILED,
    TCPWALTZ_OUT_OF_REACH, /* neither: it needs what is not simulated (packetdrill scripts) */
} TcpwaltzOutcome;

typedef struct TcpwaltzResult {
    TcpwaltzOutcome outcome;
    const char *file; /* where it is written … */
    uint32_t line;
    const char *text;     /* … as it is written: "expect client enters ESTABLISHED at 7.04s" */
    const char *expected; /* "ESTABLISHED at 7.04 s" */
    const char *actual;   /* "ESTABLISHED at 3.04 s" */
    uint32_t event;       /* where it went wrong; 0: nowhere in particular */
} TcpwaltzResult;

/* Holds what the scenario expects, in its order; then come things that fail a run though no line names
 * them, as a bound that was reached. */
TCPWALTZ_API TcpwaltzResults *tcpwaltz_run_check(const TcpwaltzRun *run);
TCPWALTZ_API size_t tcpwaltz_results_count(const TcpwaltzResults *results);
TCPWALTZ_API size_t tcpwaltz_results_failed(const TcpwaltzResults *results);

/* From 0; NULL beyond the last.  Lives as long as the results. */
TCPWALTZ_API const TcpwaltzResult *tcpwaltz_results_at(const TcpwaltzResults *results,
                                                       size_t index);
TCPWALTZ_API void tcpwaltz_results_free(TcpwaltzResults *results);

/* Answers a question, an expectation without its values: "client sends SYN" is answered with
 * "client sends SYN at 0s 3s".  NULL with *errors: no such question, or nobody can tell.  Free with
 * tcpwaltz_text_free(). */
TCPWALTZ_API char *tcpwaltz_run_ask(const TcpwaltzRun *run, const char *question,
                                    TcpwaltzErrors **errors);
TCPWALTZ_API void tcpwaltz_text_free(char *text);

#ifdef __cplusplus
}
#endif

#endif

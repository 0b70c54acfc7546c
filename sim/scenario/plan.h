/* A plan: what a scenario file says, checked and resolved.  Immutable once loaded, so that any
 * number of runs can share it.
 */
#ifndef TCPWALTZ_SCENARIO_PLAN_H
#define TCPWALTZ_SCENARIO_PLAN_H

#include <glib.h>

#include "core/time.h"
#include "proto/error.h"
#include "proto/fault.h"
#include "proto/icmp.h"
#include "proto/keys.h"
#include "proto/segment.h"
#include "proto/state.h"
#include "scenario/diagnostics.h"
#include "scenario/expect_kinds.h"

typedef struct PlanHost {
    char *name;
    char *profile; /* its name or path as written */
    HostConfig config;
    HostConfig profile_config; /* the profile's alone, nothing set */
    const struct ScenarioStack
        *stack; /* a linked one sits there itself (scenario/stacks.h); or NULL */
    SourcePlace place;
} PlanHost;

/* One direction.  `link A B` makes two. */
typedef struct PlanLink {
    guint from, to; /* indexes into Plan.hosts */
    LinkConfig config;
    LinkConfig written; /* the file's alone, without --set */
    SourcePlace place;
} PlanLink;

typedef struct PlanFault {
    FaultRule rule;
    char *text; /* "drop client SYN #1" */
    SourcePlace place;
} PlanFault;

/* A host, or one of its connections: "client" (number 0), "client.2". */
typedef struct PlanParty {
    guint host;
    guint number; /* 0: none given */
} PlanParty;

typedef enum PlanVerb {
    PLAN_LISTEN,
    PLAN_ACCEPT,
    PLAN_CONNECT,
    PLAN_SEND,
    PLAN_READ,
    PLAN_SHUTDOWN,
    PLAN_CLOSE,
    PLAN_CLOSE_LISTENER,
    PLAN_SET,
    PLAN_ABORT,
    PLAN_ICMP,
    PLAN_CRASH,
    PLAN_REBOOT,
    PLAN_INJECT,   /* not an action of a host; see PlanStep.inject */
    PLAN_FLOOD,    /* nor is this; see PlanStep.flood */
    PLAN_SCRIPTED, /* a line of a script that Plan.reality carries out */
    PLAN_VERB_COUNT,
} PlanVerb;

/* A sequence number of `inject`: "1000", "client.snd_nxt+100", "client.2.iss", "random". */
typedef enum PlanNumberKind {
    PLAN_NUMBER_DEFAULT, /* not given: what the claimed sender would send now */
    PLAN_NUMBER_LITERAL,
    PLAN_NUMBER_VARIABLE,
    PLAN_NUMBER_RANDOM,
} PlanNumberKind;

typedef enum PlanVariable {
    PLAN_SND_UNA,
    PLAN_SND_NXT,
    PLAN_SND_WND,
    PLAN_RCV_NXT,
    PLAN_RCV_WND,
    PLAN_ISS,
    PLAN_IRS,
    PLAN_VARIABLE_COUNT,
} PlanVariable;

const char *plan_verb_name(PlanVerb verb);             /* "connect" */
const char *plan_variable_name(PlanVariable variable); /* "snd_nxt" */

typedef struct PlanNumber {
    PlanNumberKind kind;
    guint32 literal;
    PlanParty party;
    PlanVariable variable;
    gint64 plus; /* "+100", "-1" */
} PlanNumber;

typedef struct PlanInject {
    guint from, to; /* the claimed sender and the receiver */
    guint as;       /* the host it really comes from; the same as `from` when not given */
    guint8 flags;   /* of the segment class, or as given by flags= */
    PlanNumber seq, ack;
    gint64 window;                           /* header value; -1: not given (65535) */
    guint32 length;                          /* payload bytes; class DATA without len= has 1 */
    SegmentOptions options;                  /* its SACK blocks are … */
    PlanNumber sacked[2 * SEGMENT_SACK_MAX]; /* … these: left, right, left, … */
    gint32 from_port, to_port;               /* -1: those of the connection */
    guint conn; /* the claimed sender's connection whose ports and numbers it borrows; 0: newest */
} PlanInject;

/* A series that repeats itself: the k-th (from 0) comes at the beginning + k · 1 s / rate. */
typedef struct PlanSeries {
    guint64 rate;  /* a second; 0: not a series */
    guint64 count; /* 1 when it is not one */
} PlanSeries;

typedef struct PlanFlood {
    PlanInject segment; /* each of them; a default says less here than in an inject: */
    SegmentClass class; /* a SYN's source port and seq are drawn for each, its port is 80 */
    PlanSeries series;
    gboolean spoofed; /* the source address is drawn for each, too */
    guint32 step;     /* the k-th has seq + k · step; 0: none */
} PlanFlood;

/* A key that one connection has otherwise than its host. */
typedef struct PlanSetting {
    const Key *key;
    gint64 value;
} PlanSetting;

typedef struct PlanStep {
    gboolean is_when;
    SimTime at;     /* at TIME; or `after` TIME of a when */
    PlanParty when; /* is_when: whose connection … */
    TcpState state; /* … enters which state */

    PlanVerb verb;
    gboolean of_connection; /* what it does is done to a connection, not to the host */
    PlanParty actor;
    guint peer;        /* PLAN_CONNECT */
    guint16 port;      /* PLAN_LISTEN, PLAN_ACCEPT, PLAN_CONNECT, PLAN_CLOSE_LISTENER; default 80 */
    guint16 from_port; /* PLAN_CONNECT; 0: any */
    guint32 backlog;   /* PLAN_LISTEN; default 128 */
    gboolean fast_open; /* PLAN_CONNECT fast-open=N, with `bytes`; PLAN_LISTEN fast-open=N … */
    guint32 fast_open_most; /* … for so many pending connections */
    gboolean accept_manual; /* PLAN_LISTEN accept=manual */
    guint64 bytes;          /* PLAN_SEND, PLAN_READ; G_MAXUINT64: read all */
    gboolean peeks;         /* PLAN_READ: the bytes stay to be read */
    gboolean forget;        /* PLAN_REBOOT */
    GArray *settings;       /* PlanSetting, PLAN_SET; NULL: none */
    IcmpMessage icmp;       /* PLAN_ICMP */
    PlanInject inject;      /* PLAN_INJECT */
    PlanFlood flood;        /* PLAN_FLOOD */
    PlanSeries series;      /* PLAN_CONNECT */

    char *text; /* the line without its `at TIME`: "client connect server" */
    char *line; /* all of it: "at 0s client connect server" */
    SourcePlace place;
} PlanStep;

/* PLAN_EXPECT_SENDS_AT …: the rows of expect_kinds.h. */
typedef enum PlanExpectKind {
#define PLAN_EXPECT_(kind, ...) PLAN_EXPECT_##kind,
    EXPECTATION_KINDS(PLAN_EXPECT_)
#undef PLAN_EXPECT_
        PLAN_EXPECT_KIND_COUNT,
} PlanExpectKind;

/* How far a time may be from the expected one: whichever is more. */
typedef struct PlanTolerance {
    SimTime within;    /* absolute */
    gint64 within_ppb; /* a part of the expected time, per billion */
} PlanTolerance;

/* A value by name: `let rtt=20ms`. */
typedef struct PlanName {
    char *name, *value;
    gboolean is_set; /* the command line gave it the value */
    SourcePlace place;
} PlanName;

/* Whence something comes that happens at a host. */
typedef enum PlanWhenceKind {
    PLAN_WHENCE_HOST,   /* from another host, or from who forges in its name there: it arrives */
    PLAN_WHENCE_TIMER,  /* one of its own timers */
    PLAN_WHENCE_SCRIPT, /* a line of the script, but for … */
    PLAN_WHENCE_POWER,  /* … one that lets it crash or reboot: no application does that */
} PlanWhenceKind;

const char *plan_whence_name(PlanWhenceKind kind); /* "timer", …; NULL: it is a host's */
gboolean plan_verb_is_power(PlanVerb verb);

typedef struct PlanWhence {
    PlanWhenceKind kind;
    guint host; /* PLAN_WHENCE_HOST: that one; else 0 */
} PlanWhence;

/* The order of what is due at one host at one instant, which else is that of its decision. */
typedef struct PlanOrder {
    guint host;
    SimTime at;
    GArray *whence; /* PlanWhence: first this, then that */
    char *text;     /* "order server at 1.02s timer client" */
    SourcePlace place;
} PlanOrder;

typedef struct PlanExpect {
    PlanExpectKind kind;
    PlanParty party;
    SegmentClass class; /* SENDS… */
    guint32 first;      /* … only so many of them from the first one; 0: all */
    GArray *times;      /* SimTime: at, gaps, error's single time */
    GArray *states;     /* TcpState: enters (one), path, ends (one) */
    GArray *numbers;    /* guint32: seq, ack, len, win, flags */
    TcpError error;
    guint64 count;   /* N times, at least N, delivers N bytes, accepts N */
    gboolean wrong;  /* delivers N bytes wrong */
    gboolean always; /* of every world that `explore` tries, too */
    PlanTolerance tolerance;
    char *text; /* "expect client sends SYN at 0s 3s" */
    SourcePlace place;
} PlanExpect;

/* A question: an expectation without its values, which a run is to fill in. */
typedef struct PlanAsk {
    PlanExpect expect; /* its times, states and numbers: only those that are part of the question */
    guint pick;        /* "#2": the second value; 0: all */
} PlanAsk;

void plan_ask_free(PlanAsk *ask); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanAsk, plan_ask_free)

typedef struct Plan {
    char *file;             /* as the user named it */
    char *title;            /* NULL when there is none */
    GPtrArray *about, *see; /* char * */
    GArray *names;          /* PlanName */
    GArray *hosts;          /* PlanHost */
    GArray *links;          /* PlanLink, at most one a direction */
    GArray *faults;         /* PlanFault */
    GArray *steps;          /* PlanStep, in the file's order */
    GArray *orders;         /* PlanOrder, at most one a host and time */
    GArray *expects;        /* PlanExpect */
    guint64 seed;           /* default 1 */
    SimTime stop;           /* SIM_NEVER: none */

    /* Who sits at the ends where the file is another language's and its hosts are nodes (lab/node.h):
     * it knows what the script is.  NULL: a scenario. */
    const struct LabReality *reality;
    gpointer script;
    GDestroyNotify script_free;
} Plan;

void plan_free(Plan *plan); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* A copy whose hosts' and links' keys can be set (scenario_override()); the rest both have together. */
Plan *plan_variant(const Plan *plan);

/* Does the scenario (or --set) give the host's key another value than its profile does? */
gboolean plan_host_sets(const PlanHost *host, const Key *key);

/* Does --set give the link's key another value than the scenario does? */
gboolean plan_link_is_set(const PlanLink *link, const Key *key);

/* Is it the host that carries the line out?  What is forged in its name is not its own. */
gboolean plan_step_is_of(const PlanStep *step, guint host);

/* Is one of its hosts a linked stack? */
gboolean plan_has_stack(const Plan *plan);

/* The host with this name; FALSE when there is none. */
gboolean plan_find_host(const Plan *plan, const char *name, guint *out);

#endif

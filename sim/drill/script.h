/* A packetdrill script: what a .pkt file says, checked.  Immutable once read.
 *
 * packetdrill (Cardwell et al., "packetdrill: Scriptable Network Stack Testing, from Sockets to Packets",
 * USENIX ATC 2013) tests one stack: the script makes the system calls of the application above it and
 * is the peer below it.  It says when which segment comes, and which one has to leave.
 *
 *   source.c    places in the text, and errors there
 *   words.c     text to words: the lexer, definitions, #ifdef
 *   reader.c    words to script: settings, events, times
 *   segments.c  segments; options.c their TCP options; headers.c ICMP, UDP and what may stand before TCP
 *   values.c    calls, and the values in them; constants.c the names of numbers
 *   code.c      what stands in %{ }%, read; evaluate.c: evaluated (drill/code.h)
 *
 * Sequence numbers are as written: of SYN and SYN-ACK absolute, of all others relative to the first
 * number of that side.
 */
#ifndef TCPWALTZ_DRILL_SCRIPT_H
#define TCPWALTZ_DRILL_SCRIPT_H

#include <glib.h>

#include "core/time.h"
#include "scenario/diagnostics.h"

/* ---- When ---- */

typedef enum DrillTimeKind {
    DRILL_TIME_ABSOLUTE, /* "1.5": since the script began */
    DRILL_TIME_RELATIVE, /* "+1.5": since the event before was over */
    DRILL_TIME_ANY,      /* "*": of expected segments only */
} DrillTimeKind;

typedef struct DrillTime {
    DrillTimeKind kind;
    SimTime at;    /* 0 for ANY */
    SimTime until; /* "T~T", "+T~+T": of expected segments; SIM_NEVER: no range */
    SimTime
        returns; /* "T...E": a blocking call, and when it returns; SIM_NEVER: it does not block */
} DrillTime;

/* ---- Segments ---- */

typedef enum DrillEcn {
    DRILL_ECN_ANY,   /* not said; inbound: not ECN-capable */
    DRILL_ECN_NONE,  /* [noecn] */
    DRILL_ECN_ECT0,  /* [ect0] */
    DRILL_ECN_ECT1,  /* [ect1] */
    DRILL_ECN_ECT01, /* [ect01]: either */
    DRILL_ECN_CE,    /* [ce] */
} DrillEcn;

enum { DRILL_OPTION_BYTES_MAX = 38, DRILL_SACK_MAX = 4 };

typedef enum DrillOptionKind {
    DRILL_OPTION_EOL,     /* kind 0 */
    DRILL_OPTION_NOP,     /* 1 */
    DRILL_OPTION_MSS,     /* 2: value */
    DRILL_OPTION_WSCALE,  /* 3: value */
    DRILL_OPTION_SACK_OK, /* 4 */
    DRILL_OPTION_SACK,    /* 5: blocks */
    DRILL_OPTION_TS,      /* 8: value, echo */
    DRILL_OPTION_MD5,     /* 19: bytes */
    DRILL_OPTION_FO,      /* 34: bytes, the cookie; none: a request for one */
    DRILL_OPTION_FO_EXP,  /* 254 with magic 0xf989: bytes */
    DRILL_OPTION_KIND_COUNT,
} DrillOptionKind;

typedef struct DrillOption {
    DrillOptionKind kind;
    guint32 value; /* MSS, WSCALE, TS val */
    guint32 echo;  /* TS ecr */
    struct {
        guint32 left, right;
    } blocks[DRILL_SACK_MAX]; /* SACK: relative numbers */
    guint block_count;
    guint8 bytes[DRILL_OPTION_BYTES_MAX];
    guint byte_count;
    gboolean is_valid; /* MD5 written as "valid" (FreeBSD's dialect): the right digest, no bytes */
} DrillOption;

typedef struct DrillSegment {
    guint16 from_port, to_port; /* 0: those of the connection */
    guint8 flags;               /* TCP_SYN | TCP_ACK … (proto/segment.h) */
    gboolean any_seq;           /* "seq" written as "...": not compared */
    gboolean
        absolute_seq;    /* "1:1(0)!" (FreeBSD's dialect): seq as it is on the wire, not relative */
    guint32 seq, length; /* length: payload bytes */
    gboolean has_ack;    /* "ack N" was written */
    guint32 ack;
    gint32 window; /* header value; -1: not given */
    gint32 urgent; /* urgent pointer; -1: not given */
    DrillEcn ecn;
    gint16 tos;           /* -1: not given */
    gint16 ttl;           /* -1: not given */
    gboolean any_options; /* "<...>" */
    GArray *options;      /* DrillOption; empty: the segment has none */
} DrillSegment;

/* An inbound ICMP message that quotes a segment of the stack's. */
typedef struct DrillIcmp {
    guint8 type,
        code;         /* RFC 792: 3, 4 for "unreachable frag_needed"; of ICMPv6 it is DRILL_OTHER */
    guint32 mtu;      /* of frag_needed; 0: none */
    gboolean has_seq; /* the quoted segment's sequence numbers were written */
    guint32 seq, length;
} DrillIcmp;

/* ---- Calls ---- */

/* In numbers bytes stand as the host reads them: htons(8080) is 8080, inet_addr("192.0.2.1") is 0xc0000201. */
typedef enum DrillValueKind {
    DRILL_VALUE_ANY,    /* "..." */
    DRILL_VALUE_NUMBER, /* number: decimal, hexadecimal, or names of constants joined by | */
    DRILL_VALUE_STRING, /* text, length; an IPv6 address, too */
    DRILL_VALUE_LIST,   /* "[1, 2]": items */
    DRILL_VALUE_STRUCT, /* "{fd=1, events=POLLIN}": items, each with its name */
    DRILL_VALUE_NULL,   /* NULL */
} DrillValueKind;

typedef struct DrillValue {
    DrillValueKind kind;
    gint64 number;
    char *text;       /* of STRING: its bytes, a NUL behind them; of NUMBER: as written
                         ("O_RDWR|O_NONBLOCK"), NULL for plain digits; else NULL */
    gsize length;     /* of STRING: bytes */
    gboolean is_open; /* of STRING: "abc"...: more may follow */
    char *name;       /* the member's, in a STRUCT; or NULL */
    gint64 count; /* "msg_iov(4)=": what stands behind the member's name; -1: nothing, or "..." */
    GPtrArray *items; /* DrillValue *; NULL but for LIST and STRUCT */
    SourcePlace place;
} DrillValue;

typedef struct DrillCall {
    char *name;      /* "socket" */
    GPtrArray *args; /* DrillValue * */
    DrillValue *result;
    char *error; /* "EAGAIN" as named behind the result; NULL: none */
    SourcePlace place;
} DrillCall;

/* ---- Events ---- */

typedef enum DrillEventKind {
    DRILL_INJECT, /* "<" segment: its window is always given */
    DRILL_EXPECT, /* ">" segment */
    DRILL_ICMP,   /* "< icmp" */
    DRILL_CALL,
    DRILL_CODE,    /* "%{ … }%" */
    DRILL_COMMAND, /* "`…`" */
    DRILL_OTHER,   /* right, but no TCP over IPv4 as it is here: `reason` says what ("UDP") */
    DRILL_EVENT_KIND_COUNT,
} DrillEventKind;

typedef struct DrillCode DrillCode; /* drill/code.h */

typedef struct DrillEvent {
    DrillEventKind kind;
    DrillTime time;
    DrillSegment segment; /* INJECT, EXPECT */
    DrillIcmp icmp;
    DrillCall *call;
    DrillCode *code;
    char *command;     /* the text between backquotes */
    char *reason;      /* OTHER: what is out of reach, a noun: "UDP", "ICMPv6", "GRE"; else NULL */
    char *text;        /* the statement without its time, on one line, as the trace shows it */
    SourcePlace place; /* where it begins */
} DrillEvent;

/* "--name=value" of the script itself. */
typedef struct DrillSetting {
    char *name;  /* "tolerance_usecs" */
    char *value; /* NULL: none */
    SourcePlace place;
} DrillSetting;

typedef struct DrillScript {
    char *file;          /* as the user named it */
    GPtrArray *settings; /* DrillSetting * */
    GPtrArray *events;   /* DrillEvent *: the initial command, too (at 0), and the final one (+0) */
    GPtrArray *lines;    /* char *: the file's lines, for messages */
    guint64 bytes;       /* about so many of memory, its plan included */
} DrillScript;

typedef struct DrillReadOptions {
    const char *const *definitions; /* "NAME=value" or "NAME", NULL at the end; may be NULL */
    guint64 bytes_max;              /* of memory, for all that is read; 0: as many as it needs */
    gint ip;                        /* 4 or 6, whatever the script says; 0: as it says */
} DrillReadOptions;

/* NULL with every mistake of the file in `diagnostics`: file:line:column, the place marked, what was
 * expected, the nearest word. */
DrillScript *drill_script_read(const char *file, const char *text, gsize length,
                               const DrillReadOptions *options, Diagnostics *diagnostics);
/* Is this value of --ip_version packetdrill's for sockets of IPv6 over IPv4?  It is written with "_" or with "-". */
gboolean drill_is_mapped(const char *ip_version);

void drill_script_free(DrillScript *script); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DrillScript, drill_script_free)

#endif

/* What the files that read scripts share.  Only drill/ includes this. */
#ifndef TCPWALTZ_DRILL_READER_H
#define TCPWALTZ_DRILL_READER_H

#include <glib.h>

#include "drill/script.h"
#include "drill/source.h"

typedef enum WordKind {
    WORD_END,      /* behind the last one */
    WORD_SIGN,     /* one character: sign */
    WORD_ELLIPSIS, /* "..." */
    WORD_SETTING,  /* "--name": text without the dashes */
    WORD_FLOAT,    /* "1.5", ".5" */
    WORD_INTEGER,  /* "15", "-1" */
    WORD_HEX,      /* "0x1f" */
    WORD_NAME,     /* letters, digits and "_" */
    WORD_STRING,   /* "…": text without the quotes, as written */
    WORD_COMMAND,  /* `…`: text without the quotes */
    WORD_CODE,     /* %{…}%: all of it */
    WORD_IPV4,
    WORD_IPV6,
} WordKind;

typedef struct DrillWord {
    WordKind kind;
    char sign;             /* of WORD_SIGN */
    gboolean first;        /* on its line */
    gboolean is_looked_up; /* it has been replaced by its definition, if it has one */
    const char *text;      /* as written, or by its definition */
    gsize offset, length;  /* in the source */
} DrillWord;

typedef struct DrillReader {
    DrillSource source;
    Diagnostics *diagnostics;
    GArray *words;       /* DrillWord; the last one is WORD_END */
    guint next;          /* the word that is looked at */
    GHashTable *defines; /* char * to char * */
    gboolean ip_is_set;  /* the user says the version of IP, the script does not */
    gboolean is_ipv6;    /* the version of IP, as far as settings have been read … */
    gboolean is_mapped;  /* … and sockets of the other one over it */
    GStringChunk *texts; /* of words */
    const char *reason;  /* why the event at hand is out of reach; NULL: it is not */
    gboolean stops;      /* behind that event nothing is read */
    guint timed;         /* events that have a time */
    guint64 bytes;       /* what the script takes, as far as it has been read … */
    guint64 bytes_max;   /* … and may take */
    DrillWord behind;    /* what is missing at the end of a line is missing here */
    DrillScript *script;
} DrillReader;

/* --- words.c: text to words ---------------------------------------------------------------- */

/* "NAME=value", "NAME" or one that a setting of the script makes. */
gboolean drill_define(DrillReader *reader, const char *definition);

/* Fills reader->words.  A mistake ends the reading of words: what follows would be guessed at. */
void drill_words_read(DrillReader *reader);

/* What stands next; never NULL. */
const DrillWord *drill_peek(DrillReader *reader);
const DrillWord *drill_take(DrillReader *reader);

gboolean drill_next_is(DrillReader *reader, char sign);
gboolean drill_next_is_name(DrillReader *reader, const char *name);

/* Takes it when it is next. */
gboolean drill_take_if(DrillReader *reader, char sign);
gboolean drill_take_name_if(DrillReader *reader, const char *name);

/* Takes it, or says that it is missing. */
gboolean drill_need(DrillReader *reader, char sign);
gboolean drill_need_name(DrillReader *reader, const char *name);

/* "12": from least to most; `what` is named where it is wrong ("the window"). */
gboolean drill_need_integer(DrillReader *reader, const char *what, gint64 least, gint64 most,
                            gint64 *value);

/* The same, or "0x1f". */
gboolean drill_need_any_integer(DrillReader *reader, const char *what, gint64 least, gint64 most,
                                gint64 *value);

/* May this be the first word of an event? */
gboolean drill_begins_event(const DrillWord *word);

/* Is what stands next on another line than what was taken last, and perhaps an event of
 * its own?  Then *word is the place behind that; else it is
 * what stands next. */
gboolean drill_line_ends(DrillReader *reader, const DrillWord **word);

/* "expected WHAT, not 'this'" of what stands next; always FALSE. */
gboolean drill_expected(DrillReader *reader, const char *what, const char *hint);

/* An error at a word; always FALSE. */
gboolean drill_error(DrillReader *reader, const DrillWord *word, const char *hint,
                     const char *format, ...) G_GNUC_PRINTF(4, 5);

/* An error from one word to another, both included; always FALSE. */
gboolean drill_error_from(DrillReader *reader, guint first, guint last, const char *hint,
                          const char *format, ...) G_GNUC_PRINTF(5, 6);

/* A hint for what looks like a name that should have a value: "--define NAME=…"; or NULL.  Free with g_free(). */
char *drill_undefined(const DrillWord *word);

/* The word as an error shows it.  Free with g_free(). */
char *drill_shown(DrillReader *reader, const DrillWord *word);

SourcePlace drill_place(DrillReader *reader, const DrillWord *word);

/* "did you mean 'x'?", or NULL.  Free with g_free(). */
char *drill_meant(const char *nearest);

/* --- what is of another protocol, and not read ------------------------------------------------ */

/* A word, or with "*" behind it how one begins, and what is out of reach with it. */
typedef struct DrillForeign {
    const char *word, *reason;
} DrillForeign;

/* Is what stands next such a word (the last of `words` is NULL)?  Then it stops. */
gboolean drill_is_foreign(DrillReader *reader, const DrillForeign *words);

/* The event at hand is out of reach, and the script ends there for its reader, too: how its statement and those behind
 * it are written is not known, and nobody gets there.  Always FALSE, but it is no mistake. */
gboolean drill_stop(DrillReader *reader, const char *reason);

/* --- statements ---------------------------------------------------------------------------- */

/* segments.c: behind "<" or ">" and headers before TCP. */
gboolean drill_read_segment(DrillReader *reader, gboolean inbound, DrillSegment *segment);

/* "1:1001(1000)", also in ICMP: into seq and length. */
gboolean drill_read_sequence(DrillReader *reader, DrillSegment *segment);

/* "[ect0]", "(ttl 3)": into ecn, tos and ttl. */
gboolean drill_read_ip_info(DrillReader *reader, gboolean inbound, DrillSegment *segment);

/* "5000 > 80" of a segment or datagram; nothing when no number is next. */
gboolean drill_read_ports(DrillReader *reader, guint16 *from, guint16 *to);

/* options.c: "<…>", if there is one. */
gboolean drill_read_options(DrillReader *reader, gboolean inbound, DrillSegment *segment);

/* headers.c: headers before TCP ("ipv4 a > b:", "gre:", "mpls …:"); ICMP and UDP to their ends. */
gboolean drill_read_headers(DrillReader *reader);
gboolean drill_read_icmp(DrillReader *reader, DrillIcmp *icmp);

/* What an ICMP message quotes, behind its names or, as packetdrill had it at first, before them: "[1:1001(1000)]",
 * "[udp (100)]", "[raw (100)]"; or nothing. */
gboolean drill_read_quoted(DrillReader *reader, DrillIcmp *icmp);
gboolean drill_read_udp(DrillReader *reader);

/* Skips "{" to its "}". */
gboolean drill_skip_braces(DrillReader *reader);

/* values.c: a call, from its name on.  NULL with an error. */
DrillCall *drill_read_call(DrillReader *reader);

/* code.c: what stands in the text of a source from `offset` on. */
DrillCode *drill_code_read_source(const DrillSource *source, gsize offset, gsize length,
                                  Diagnostics *diagnostics);

/* --- script.c: freeing --------------------------------------------------------------------- */

void drill_value_free(DrillValue *value);
void drill_call_free(DrillCall *call);
void drill_event_free(DrillEvent *event);

#endif

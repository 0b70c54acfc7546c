/* What `inject` and `flood` have in common: the options that describe a segment which no TCP sent.
 * The functions stand in inject.c, those about TCP options in forged_options.c. */
#ifndef TCPWALTZ_SCENARIO_FORGED_H
#define TCPWALTZ_SCENARIO_FORGED_H

#include "scenario/parser.h"

/* What the options fill. */
typedef struct ForgedDraft {
    PlanInject inject;
    SegmentClass class;
    gboolean has_length; /* otherwise DATA gets its one byte */
    gboolean has_flags;  /* flags= decides alone; otherwise ack= sets the ACK flag */
    Word order;          /* of order=; text NULL: not given */
} ForgedDraft;

enum { FORGED_LENGTH_MAX = 65495 }; /* bytes behind both headers */

/* FROM->TO SEGMENT. */
gboolean forged_take_segment(Parser *parser, Line *line, ForgedDraft *draft);

/* After the options: what they leave open; `ends` is the word of FROM->TO. */
gboolean forged_finish(Parser *parser, const Line *line, const Word *ends, ForgedDraft *draft);

/* Of what follows a '=': from byte `from` on, with its place in the line. */
Word forged_part(Parser *parser, const Word *value, gsize from, gsize length);

/* "4711", "server.snd_nxt+1", "random". */
gboolean forged_sequence(Parser *parser, const Line *line, const Word *value, PlanNumber *out);

/* The options: `into` is a ForgedDraft, or begins with one. */
typedef gboolean ForgedOption(Parser *parser, const Line *line, const Word *value, void *into);

ForgedOption forged_as;
ForgedOption forged_flags;
ForgedOption forged_seq;
ForgedOption forged_ack;
ForgedOption forged_win;
ForgedOption forged_len;
ForgedOption forged_from_port;
ForgedOption forged_port;
ForgedOption forged_mss;
ForgedOption forged_wscale;
ForgedOption forged_sackok;
ForgedOption forged_ts;
ForgedOption forged_sack;
ForgedOption forged_order;

/* After all of these: lists the TCP options, as order= says or as Linux does; FALSE and said when no header has
 * room for them. */
gboolean forged_list_options(Parser *parser, const Line *line, const Word *ends,
                             ForgedDraft *draft);

#endif

/* What `inject` and `flood` have in common: the options that describe a segment which no TCP sent.
 * The functions stand in inject.c. */
#ifndef TCPWALTZ_SCENARIO_FORGED_H
#define TCPWALTZ_SCENARIO_FORGED_H

#include "scenario/parser.h"

/* What the options fill. */
typedef struct ForgedDraft {
    PlanInject inject;
    SegmentClass class;
    gboolean has_length; /* otherwise DATA gets its one byte */
    gboolean has_flags;  /* flags= decides alone; otherwise ack= sets the ACK flag */
} ForgedDraft;

/* FROM->TO SEGMENT. */
gboolean forged_take_segment(Parser *parser, Line *line, ForgedDraft *draft);

/* After the options: what they leave open; `ends` is the word of FROM->TO. */
gboolean forged_finish(Parser *parser, const Line *line, const Word *ends, ForgedDraft *draft);

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

#endif

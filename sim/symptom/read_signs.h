/* The signs of a symptom's file: for read.c. */
#ifndef TCPWALTZ_SYMPTOM_READ_SIGNS_H
#define TCPWALTZ_SYMPTOM_READ_SIGNS_H

#include "scenario/parser.h"

/* `sign …`, and `or` between two groups: into `all` (SymptomSigns *).  What is wrong is an error of the parser. */
void symptom_signs_parse(Parser *parser, Line *line, GPtrArray *all);
void symptom_signs_parse_or(Parser *parser, Line *line, GPtrArray *all);

/* Is there a sign behind the last `or`? */
gboolean symptom_signs_say(const GPtrArray *all);

#endif

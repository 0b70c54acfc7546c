/* A symptom as text for people: what it is, its causes, what to look at next. */
#ifndef TCPWALTZ_CLI_EXPLANATION_H
#define TCPWALTZ_CLI_EXPLANATION_H

#include <glib.h>

#include "lesson/render.h"
#include "symptom/symptom.h"

/* All that is known of it. */
void explanation_append(const Symptom *symptom, const LessonLook *look, GString *out);

/* The same below what was found in a trace. */
void explanation_append_finding(const SymptomFinding *finding, const LessonLook *look,
                                GString *out);

/* "syn-127s  SYN repeated …": a line or two. */
void explanation_append_title(const Symptom *symptom, const LessonLook *look, GString *out);

#endif

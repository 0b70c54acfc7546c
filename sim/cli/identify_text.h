/* What identifying came to, for people and for programs. */
#ifndef TCPWALTZ_CLI_IDENTIFY_TEXT_H
#define TCPWALTZ_CLI_IDENTIFY_TEXT_H

#include <glib.h>

#include "identify/host.h"

/* An end and its answer: what it did, who it can be, the waits of the best side by side, all profiles. */
void identify_append_text(const IdentifySubject *subject, const IdentifyAnswer *answer,
                          GString *out);

/* A row a profile, after a head: docs/identify.md has the columns. */
void identify_append_csv_head(GString *out);
void identify_append_csv(const IdentifySubject *subject, const IdentifyAnswer *answer,
                         GString *out);

/* An object a line. */
void identify_append_json(const IdentifySubject *subject, const IdentifyAnswer *answer,
                          GString *out);

/* The same of a host with several connections that tell: what they say together, and each of them. */
void identify_append_host_text(const IdentifyHost *host, GString *out);
void identify_append_host_csv(const IdentifyHost *host, GString *out);
void identify_append_host_json(const IdentifyHost *host, GString *out);

/* Lines of 78 columns, broken between words. */
void identify_append_paragraph(GString *out, const char *text);

/* "whole", "stops", "gaps", "limits", "other" */
const char *identify_tier_name(IdentifyTier tier);

#endif

/* What sentences are made of, in English, each once, with places for what varies: "{0} sends {1}".
 *
 * In another language by a catalogue, which a page brings along (ViewOptions.catalogue): the terminal speaks English.
 * Reasons, errors, names of timers and ends of runs are tables of their own rooms, and translated like these.
 */
#ifndef TCPWALTZ_VIEW_MESSAGE_H
#define TCPWALTZ_VIEW_MESSAGE_H

#include <glib.h>

#include "view/style.h"

/* M(name, text) */
#define VIEW_MESSAGES(M)                                                                           \
    /* sentence.c */                                                                               \
    M(BECAUSE, ": {0}")                                                                            \
    M(WAS_CALLED, "{0} was called by its application")                                             \
    M(SCRIPT_SAYS, "the script says: {0}")                                                         \
    M(WHICH_RETURNS, ", which returns {0}")                                                        \
    M(IS_TOLD, "the application at {0} is told: {1}")                                              \
    M(SENDS, "{0} sends {1}")                                                                      \
    M(SENDS_AGAIN, "{0} sends {1} again")                                                          \
    M(FORGES, "{0} forges {1} in the name of {2}")                                                 \
    M(THE_SEGMENT, "the segment")                                                                  \
    M(IS_LOST, "{0} is lost: {1}")                                                                 \
    M(IS_DUPLICATED, "{0} is duplicated: {1}")                                                     \
    M(IS_CORRUPTED, "{0} is corrupted: {1}")                                                       \
    M(IS_DELAYED, "{0} is delayed: {1}")                                                           \
    M(RECEIVES, "{0} receives {1}")                                                                \
    M(COPY, " (copy {0})")                                                                         \
    M(REFUSES, "{0} refuses {1}")                                                                  \
    M(MOVES, "{0} goes from {1} to {2}")                                                           \
    M(FIRES, "the {0} timer of {1} fires")                                                         \
    M(ARMS, "{0} arms its {1} timer of {2}")                                                       \
    M(CANCELS, "{0} cancels its {1} timer of {2}")                                                 \
    M(CRASHES, "{0} crashes")                                                                      \
    M(UP_AGAIN, "{0} is up again")                                                                 \
    M(RUN_ENDS, "the run ends: {0}")                                                               \
    /* phrase.c */                                                                                 \
    M(RETRY, "retry {0}")                                                                          \
    M(RETRY_OF, "retry {0} of {1}")                                                                \
    M(AGAIN, "again")                                                                              \
    M(NO_RETRY_LEFT, "no retry left")                                                              \
    M(BY_A_RULE, "by a rule")                                                                      \
    M(BY_CHANCE, "by chance")                                                                      \
    M(IN_A_BURST, "in a burst")                                                                    \
    M(QUEUE_WAS_FULL, "the link's queue was full")                                                 \
    M(HOST_IS_DOWN, "the receiving host is down")                                                  \
    M(NOBODY_THERE, "nobody has this address")                                                     \
    M(NO_LINK, "no link leads there")                                                              \
    M(LOST, "lost: {0}")                                                                           \
    M(DUPLICATED, "duplicated: {0}")                                                               \
    M(CORRUPTED, "corrupted: {0}")                                                                 \
    M(DELAYED, "delayed: {0}")                                                                     \
    M(DELAYED_BY, "delayed by {1}: {0}")                                                           \
    M(CONNECTED, "connected")                                                                      \
    M(ACCEPTED, "accepted")                                                                        \
    M(END_OF_FILE, "end of file")                                                                  \
    M(ERROR, "error {0}")                                                                          \
    M(READ_ONE, "read 1 byte")                                                                     \
    M(READ, "read {0} bytes")                                                                      \
    M(PEEKED_ONE, "peeked at 1 byte")                                                              \
    M(PEEKED, "peeked at {0} bytes")                                                               \
    M(OF_THEM_WRONG, ", {0} of them wrong")                                                        \
    M(SOMEBODY, "somebody")                                                                        \
    /* why.c */                                                                                    \
    M(SO, "so ")                                                                                   \
    M(LATER, "{0} later ")                                                                         \
    M(LOST_IN_VAIN, "lost, so that no answer came:")                                               \
    M(AND_MORE, "and {0} more")                                                                    \
    /* svg.c */                                                                                    \
    M(NOTE_APPLICATION, "application: {0}")                                                        \
    M(NOTE_REFUSED, "refused: {0}")                                                                \
    M(NOTE_TIMER, "{0} timer {1}")                                                                 \
    M(NOTE_TIMER_FIRES, "{0} timer fires")                                                         \
    M(NOTE_CALLED, "called")                                                                       \
    M(NOTE_CRASHES, "crashes")                                                                     \
    M(NOTE_UP_AGAIN, "up again")                                                                   \
    M(UNTITLED, "A run")

typedef enum ViewMessage {
#define VIEW_MESSAGE_ENUM_(name, text) VIEW_MESSAGE_##name,
    VIEW_MESSAGES(VIEW_MESSAGE_ENUM_)
#undef VIEW_MESSAGE_ENUM_
        VIEW_MESSAGE_COUNT,
} ViewMessage;

/* Appends a message in the language of the style, its places filled with the texts that follow, which end with NULL.
 * A translation may leave one out, or have them in another order. */
void view_say(const ViewStyle *style, GString *out, ViewMessage message,
              ...) G_GNUC_NULL_TERMINATED;

/* A text of another table ("three duplicate ACKs") in the language of the style; itself where it has no translation. */
const char *view_translated(const ViewStyle *style, const char *english);

/* All that can be translated, from 0, in English: these messages and those other tables.  NULL beyond the last. */
const char *view_message(gsize index);

#endif

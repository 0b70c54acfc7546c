/* What a segment is called and how large it is. */
#include "proto/segment.h"

#include <assert.h>

#include "proto/address.h"
#include "proto/names.h"

static const char *const class_names[SEGMENT_CLASS_COUNT] = {
    [SEGMENT_RST] = "RST", [SEGMENT_SYN_ACK] = "SYN-ACK", [SEGMENT_SYN] = "SYN",
    [SEGMENT_FIN] = "FIN", [SEGMENT_DATA] = "DATA",       [SEGMENT_ACK] = "ACK",
    [SEGMENT_ANY] = "any",
};

const char *tcp_flag_name(unsigned bit)
{
    static const char *const names[TCP_FLAG_COUNT] = {"FIN", "SYN", "RST", "PSH",
                                                      "ACK", "URG", "ECE", "CWR"};

    assert(bit < TCP_FLAG_COUNT);
    return names[bit];
}

const char *tcp_flags_text(uint8_t flags, char out[TCP_FLAGS_TEXT])
{
    static const struct {
        uint8_t flag;
        char letter;
    } letters[TCP_FLAG_COUNT] = {{TCP_SYN, 'S'}, {TCP_FIN, 'F'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'},
                                 {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'W'}, {TCP_ACK, '.'}};
    size_t at = 0;

    for (size_t i = 0; i < TCP_FLAG_COUNT; i++) {
        if (flags & letters[i].flag)
            out[at++] = letters[i].letter;
    }
    if (at == 0)
        out[at++] = '-';
    out[at] = '\0';
    return out;
}

SegmentClass segment_class(const Segment *segment)
{
    if (segment->flags & TCP_RST)
        return SEGMENT_RST;
    if (segment->flags & TCP_SYN)
        return segment->flags & TCP_ACK ? SEGMENT_SYN_ACK : SEGMENT_SYN;
    if (segment->flags & TCP_FIN)
        return SEGMENT_FIN;
    return segment->length > 0 ? SEGMENT_DATA : SEGMENT_ACK;
}

const char *segment_class_name(SegmentClass class)
{
    assert(class < SEGMENT_CLASS_COUNT);
    return class_names[class];
}

bool segment_class_from_name(const char *name, size_t length, SegmentClass *out)
{
    size_t found = name_find(class_names, SEGMENT_CLASS_COUNT, name, length);

    if (found == SEGMENT_CLASS_COUNT)
        return false;
    *out = (SegmentClass)found;
    return true;
}

size_t segment_ip_bytes(const Segment *segment)
{
    return address_header_bytes(segment->src_addr) + 20U +
           segment_options_bytes(&segment->options) + segment->length;
}

/* What is no TCP: headers that stand before it, UDP, ICMP.  Most of it is read only to be called out of reach. */
#include <string.h>

#include "drill/reader.h"

/* --- before TCP ---------------------------------------------------------------------------- */

/* "ipv4 [ttl 64] 192.0.2.1 > 192.0.2.2:". */
static gboolean read_ip(DrillReader *reader, WordKind address)
{
    DrillSegment ignored = {0};

    if (!drill_read_ip_info(reader, FALSE, &ignored))
        return FALSE;
    for (guint i = 0; i < 2; i++) {
        if (drill_peek(reader)->kind != address)
            return drill_expected(reader, "an address", NULL);
        drill_take(reader);
        if (!drill_need(reader, i == 0 ? '>' : ':'))
            return FALSE;
    }
    reader->reason = "IP in IP";
    return TRUE;
}

/* Of a GRE header: "flags [none], sum 0, off 0, key = 0, seq 0". */
static gboolean read_gre_flags(DrillReader *reader)
{
    gint64 number;

    if (!drill_take_name_if(reader, "flags") && !drill_take_name_if(reader, "Flags"))
        return drill_expected(reader, "'flags'", NULL);
    if (!drill_take_if(reader, '['))
        return drill_need_any_integer(reader, "flags", 0, 0xffff, &number);
    do {
        if (drill_take_name_if(reader, "none"))
            continue;
        if (!drill_take_name_if(reader, "checksum") && !drill_take_name_if(reader, "key") &&
            !drill_take_name_if(reader, "sequence#"))
            return drill_expected(reader, "none, checksum, key or sequence#", NULL);
        if (!drill_need_name(reader, "present"))
            return FALSE;
    } while (drill_take_if(reader, ','));
    return drill_need(reader, ']');
}

static gboolean read_gre(DrillReader *reader)
{
    static const char *const fields[] = {"sum", "off", "key", "seq"};
    gint64 number;

    reader->reason = "GRE";
    if (drill_take_if(reader, ':'))
        return TRUE;
    drill_take_if(reader, ',');
    if (!read_gre_flags(reader))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        drill_take_if(reader, ',');
        if (!drill_need_name(reader, fields[i]))
            return FALSE;
        if (i == 2)
            drill_take_if(reader, '=');
        if (!drill_need_any_integer(reader, "a number", G_MININT64, G_MAXINT64, &number))
            return FALSE;
    }
    return drill_need(reader, ':');
}

/* "(label 0, tc 0, [S], ttl 0)". */
static gboolean read_label(DrillReader *reader)
{
    gint64 number;

    if (!drill_need_name(reader, "label") ||
        !drill_need_integer(reader, "a label", 0, 0xfffff, &number) || !drill_need(reader, ',') ||
        !drill_need_name(reader, "tc") || !drill_need_integer(reader, "a class", 0, 7, &number) ||
        !drill_need(reader, ','))
        return FALSE;
    if (drill_take_if(reader, '[') &&
        (!drill_need_name(reader, "S") || !drill_need(reader, ']') || !drill_need(reader, ',')))
        return FALSE;
    return drill_need_name(reader, "ttl") && drill_need_integer(reader, "a TTL", 0, 255, &number) &&
           drill_need(reader, ')');
}

static gboolean read_mpls(DrillReader *reader)
{
    reader->reason = "MPLS";
    while (drill_take_if(reader, '('))
        if (!read_label(reader))
            return FALSE;
    return drill_need(reader, ':');
}

gboolean drill_read_headers(DrillReader *reader)
{
    for (;;) {
        gboolean good;

        if (drill_take_name_if(reader, "ipv4"))
            good = read_ip(reader, WORD_IPV4);
        else if (drill_take_name_if(reader, "ipv6"))
            good = read_ip(reader, WORD_IPV6);
        else if (drill_take_name_if(reader, "gre") || drill_take_name_if(reader, "GREv0"))
            good = read_gre(reader);
        else if (drill_take_name_if(reader, "mpls"))
            good = read_mpls(reader);
        else
            return TRUE;
        if (!good)
            return FALSE;
    }
}

/* Behind "udp": "[ports] (length)". */
gboolean drill_read_udp(DrillReader *reader)
{
    gint64 length;
    guint16 from, to;

    reader->reason = "UDP";
    return drill_read_ports(reader, &from, &to) && drill_need(reader, '(') &&
           drill_need_integer(reader, "a length", 0, 65535, &length) && drill_need(reader, ')');
}

/* --- ICMP ---------------------------------------------------------------------------------- */

/* A name of a type or code: RFC 792 and 1812 §5.2.7.1; RFC 4443 for version 6. */
typedef struct IcmpName {
    gboolean is_v6;
    gint16 type;
    gint16 code; /* -1: the name is of the type */
    const char *name;
} IcmpName;

enum { UNREACHABLE = 3, FRAG_NEEDED = 4, PACKET_TOO_BIG = 2 /* of version 6 */ };

static const IcmpName names[] = {
    {FALSE, 0, -1, "echo_reply"},
    {FALSE, 3, -1, "unreachable"},
    {FALSE, 3, 0, "net_unreachable"},
    {FALSE, 3, 1, "host_unreachable"},
    {FALSE, 3, 2, "protocol_unreachable"},
    {FALSE, 3, 3, "port_unreachable"},
    {FALSE, 3, 4, "frag_needed"},
    {FALSE, 3, 5, "source_route_failed"},
    {FALSE, 3, 6, "net_unknown"},
    {FALSE, 3, 7, "host_unknown"},
    {FALSE, 3, 8, "source_host_isolated"},
    {FALSE, 3, 9, "net_prohibited"},
    {FALSE, 3, 10, "host_prohibited"},
    {FALSE, 3, 11, "net_unreachable_for_tos"},
    {FALSE, 3, 12, "host_unreachable_for_tos"},
    {FALSE, 3, 13, "packet_filtered"},
    {FALSE, 3, 14, "precedence_violation"},
    {FALSE, 3, 15, "precedence_cutoff"},
    {FALSE, 4, -1, "source_quench"},
    {FALSE, 5, -1, "redirect"},
    {FALSE, 8, -1, "echo_request"},
    {FALSE, 11, -1, "time_exceeded"},
    {FALSE, 11, 0, "ttl_exceeded_in_transit"},
    {FALSE, 11, 1, "frag_reass_exceeded"},
    {FALSE, 12, -1, "parameter_problem"},
    {FALSE, 13, -1, "timestamp_request"},
    {FALSE, 14, -1, "timestamp_reply"},
    {FALSE, 15, -1, "information_request"},
    {FALSE, 16, -1, "information_reply"},
    {FALSE, 17, -1, "address_mask_request"},
    {FALSE, 18, -1, "address_mask_reply"},
    {TRUE, 1, -1, "unreachable"},
    {TRUE, 1, 0, "net_unreachable"},
    {TRUE, 1, 0, "no_route"},
    {TRUE, 1, 1, "admin_prohibited"},
    {TRUE, 1, 2, "not_neighbour"},
    {TRUE, 1, 3, "address_unreachable"},
    {TRUE, 1, 4, "port_unreachable"},
    {TRUE, 2, -1, "packet_too_big"},
    {TRUE, 3, -1, "time_exceeded"},
    {TRUE, 3, 0, "exceeded_hop_limit"},
    {TRUE, 3, 1, "exceeded_frag_time"},
    {TRUE, 4, -1, "parameter_problem"},
    {TRUE, 4, 0, "header_field"},
    {TRUE, 4, 1, "unknown_next_header"},
    {TRUE, 4, 2, "unknown_option"},
    {TRUE, 128, -1, "echo_request"},
    {TRUE, 129, -1, "echo_reply"},
    {TRUE, 133, -1, "router_solicitation"},
    {TRUE, 134, -1, "router_advertisement"},
    {TRUE, 135, -1, "neighbor_solicitation"},
    {TRUE, 136, -1, "neighbor_advertisement"},
    {TRUE, 137, -1, "redirect"},
};

/* The code of this type, or with `type` -1 the type, that has this name. */
static const IcmpName *find_name(const char *word, gint type, gboolean is_v6)
{
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const IcmpName *name = &names[i];

        if (name->is_v6 == is_v6 && strcmp(name->name, word) == 0 &&
            (name->code < 0) == (type < 0) && (type < 0 || type == name->type))
            return name;
    }
    return NULL;
}

/* "type_3", "code_0": what has no name. */
static gboolean read_numbered(const char *word, const char *prefix, guint8 *out)
{
    gsize length = strlen(prefix);
    guint64 number;

    if (strncmp(word, prefix, length) != 0 ||
        !g_ascii_string_to_unsigned(word + length, 10, 0, G_MAXUINT8, &number, NULL))
        return FALSE;
    *out = (guint8)number;
    return TRUE;
}

static gboolean unknown_name(DrillReader *reader, const char *what, gint type, gboolean is_v6)
{
    const char *all[G_N_ELEMENTS(names) + 1] = {NULL};
    const DrillWord *word = drill_peek(reader);
    guint count = 0;

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if ((names[i].code < 0) == (type < 0) &&
            (type < 0 || (names[i].type == type && names[i].is_v6 == is_v6)))
            all[count++] = names[i].name;
    g_autofree char *meant =
        drill_meant(word->kind == WORD_NAME ? nearest_word(word->text, all) : NULL);

    g_autofree char *undefined = drill_undefined(word);

    return drill_expected(reader, what, meant != NULL ? meant : undefined);
}

/* "unreachable", or a number.  Where the script does not say which version of IP it is for, a name that only
 * ICMPv6 has makes it one for version 6. */
static gboolean read_type(DrillReader *reader, guint8 *type, gboolean *is_v6)
{
    const DrillWord *word = drill_peek(reader);

    *is_v6 = reader->is_ipv6;
    if (word->kind != WORD_NAME)
        return drill_expected(reader, "a type of ICMP message", NULL);
    if (read_numbered(word->text, "type_", type)) {
        drill_take(reader);
        return TRUE;
    }
    *is_v6 = *is_v6 || find_name(word->text, -1, FALSE) == NULL;
    const IcmpName *name = find_name(word->text, -1, *is_v6);

    if (name == NULL)
        return unknown_name(reader, "a type of ICMP message", -1, *is_v6);
    *type = (guint8)name->type;
    drill_take(reader);
    return TRUE;
}

/* A code of version 6 whose type has the same name in both: 3 is "unreachable" in version 4, 1 in version 6. */
static const IcmpName *find_code_of_v6(const char *type_word, const char *word, guint8 *type)
{
    const IcmpName *other = find_name(type_word, -1, TRUE);
    const IcmpName *code = other != NULL ? find_name(word, other->type, TRUE) : NULL;

    if (code != NULL)
        *type = (guint8)other->type;
    return code;
}

/* "host_unreachable", or a number; 0 where there is none. */
static gboolean read_code(DrillReader *reader, const char *type_word, DrillIcmp *icmp,
                          gboolean *is_v6)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind != WORD_NAME || strcmp(word->text, "mtu") == 0 || strcmp(word->text, "id") == 0)
        return TRUE;
    const IcmpName *code = find_name(word->text, icmp->type, *is_v6);

    if (code == NULL && read_numbered(word->text, "code_", &icmp->code)) {
        drill_take(reader);
        return TRUE;
    }
    if (code == NULL) {
        code = find_code_of_v6(type_word, word->text, &icmp->type);
        *is_v6 = *is_v6 || code != NULL;
    }
    if (code == NULL)
        return unknown_name(reader, "a code of this ICMP message", icmp->type, *is_v6);
    icmp->code = (guint8)code->code;
    drill_take(reader);
    return TRUE;
}

/* The type's and the code's words.  Of those for version 6 the engine knows "packet too big" (RFC 8201 §4), as
 * what it is in version 4. */
static gboolean read_names(DrillReader *reader, DrillIcmp *icmp)
{
    const char *type_word = drill_peek(reader)->text;
    gboolean is_v6;

    if (!read_type(reader, &icmp->type, &is_v6) || !read_code(reader, type_word, icmp, &is_v6))
        return FALSE;
    if (reader->is_ipv6 && icmp->type == PACKET_TOO_BIG) {
        icmp->type = UNREACHABLE;
        icmp->code = FRAG_NEEDED;
    } else if (is_v6) {
        reader->reason = "ICMPv6";
    }
    return TRUE;
}

/* "mtu 1200": RFC 1191 §4 for IPv4, of "unreachable frag_needed" alone. */
static gboolean read_mtu(DrillReader *reader, DrillIcmp *icmp)
{
    const DrillWord *word = drill_peek(reader);
    gboolean is_v6 = g_strcmp0(reader->reason, "ICMPv6") == 0;
    gint64 number;

    if (!drill_take_name_if(reader, "mtu"))
        return TRUE;
    if (!drill_need_integer(reader, "an MTU", 0, is_v6 ? G_MAXUINT32 : 65535, &number))
        return FALSE;
    if (!is_v6 && (icmp->type != UNREACHABLE || icmp->code != FRAG_NEEDED))
        return drill_error(reader, word, NULL, "only 'unreachable frag_needed' tells an MTU");
    icmp->mtu = (guint32)number;
    return TRUE;
}

gboolean drill_read_quoted(DrillReader *reader, DrillIcmp *icmp)
{
    DrillSegment quoted = {0};
    gint64 length;

    if (!drill_take_if(reader, '['))
        return TRUE;
    if (drill_take_name_if(reader, "udp") || drill_take_name_if(reader, "raw")) {
        reader->reason = "ICMP about no segment";
        return drill_need(reader, '(') &&
               drill_need_integer(reader, "a length", 0, 65535, &length) &&
               drill_need(reader, ')') && drill_need(reader, ']');
    }
    if (!drill_read_sequence(reader, &quoted))
        return FALSE;
    icmp->has_seq = TRUE;
    icmp->seq = quoted.seq;
    icmp->length = quoted.length;
    if (drill_take_if(reader, '/')) {
        guint16 from, to;

        reader->reason = "TCP over UDP";
        if (!drill_need_name(reader, "udp") || !drill_need(reader, '(') ||
            !drill_read_ports(reader, &from, &to) || !drill_need(reader, ')'))
            return FALSE;
    }
    return drill_need(reader, ']');
}

gboolean drill_read_icmp(DrillReader *reader, DrillIcmp *icmp)
{
    gint64 id;

    if (!read_names(reader, icmp) || !read_mtu(reader, icmp))
        return FALSE;
    if (drill_take_name_if(reader, "id")) {
        if (!drill_need_integer(reader, "an identifier", 0, 65535, &id))
            return FALSE;
        reader->reason = "ICMP echo";
    }
    return drill_read_quoted(reader, icmp);
}

/* ------------------------------------------------------------------------------------------- */

gboolean drill_skip_braces(DrillReader *reader)
{
    guint depth = 0;

    do {
        const DrillWord *word = drill_peek(reader);

        if (word->kind == WORD_END)
            return drill_expected(reader, "'}'", NULL);
        depth += word->kind == WORD_SIGN && word->sign == '{';
        depth -= word->kind == WORD_SIGN && word->sign == '}';
        drill_take(reader);
    } while (depth > 0);
    return TRUE;
}

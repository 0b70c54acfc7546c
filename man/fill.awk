# Fills a template, the second file, with lists from the first one, in man(7)'s macros. See fill.sh.

# Text fit for a manual page that is set in ASCII, too.
function clean(text) {
    gsub(/\\/, "\\e", text)
    gsub(/…/, "...", text)
    gsub(/§/, "section ", text)
    gsub(/"/, "\\(dq", text)
    return text
}

# A line of text.
function say(text) {
    text = clean(text)
    print (text ~ /^[.']/ ? "\\&" : "") text
}

# What is typed as it stands.
function literal(text) {
    text = clean(text)
    gsub(/-/, "\\-", text)
    return text
}

# The head of an item; several in a row share the text behind them.
function head(text) {
    print (in_heads ? ".TQ" : ".TP")
    print ".B \"" literal(text) "\""
    in_heads = 1
}

function sentence(text) {
    return toupper(substr(text, 1, 1)) substr(text, 2) "."
}

function write_section(name,    i, line, words) {
    if (!(name in section_length)) {
        print "fill.awk: the help has no section " name > "/dev/stderr"
        exit 1
    }
    in_heads = 0
    for (i = 0; i < section_length[name]; i++) {
        line = section[name, i]
        if (line !~ /^  [^ ]/) {
            sub(/^ +/, "", line)
            in_heads = 0
            say(line)
        } else if (name == "WORDS") {
            split(line, words, " ")
            in_heads = 0
            head(words[1])
            in_heads = 0
            sub(/^ *[^ ]+ +/, "", line)
            say(line)
        } else {
            head(substr(line, 3))
        }
    }
}

function write_option(fields,    text) {
    text = "\\fB" literal(fields[3]) "\\fR"
    if (fields[5] != "-")
        text = text "=\\fI" literal(fields[5]) "\\fR"
    if (fields[4] != "-")
        text = "\\fB" literal(fields[4]) "\\fR, " text
    print ".TP"
    print text
    say(fields[7])
}

# An option that several subcommands have is told once.
function identity(fields) {
    return fields[3] "\t" fields[5] "\t" fields[7]
}

function write_own_options(command,    i, fields) {
    for (i = 0; i < options; i++) {
        split(option[i], fields, "\t")
        if (fields[2] == command && users_count[identity(fields)] < 3)
            write_option(fields)
    }
}

function write_common_options(    i, fields, told) {
    print ".SS \"Options of several subcommands\""
    for (i = 0; i < options; i++) {
        split(option[i], fields, "\t")
        if (users_count[identity(fields)] < 3 || told[fields[3]]++)
            continue
        write_option(fields)
        say("(" users[identity(fields)] ")")
    }
}

function write_commands(    i, fields) {
    for (i = 0; i < commands; i++) {
        split(command[i], fields, "\t")
        print ".SS \"tcpwaltz " fields[2] " [option...]" (fields[3] == "-" ? "" : " " literal(fields[3])) "\""
        say(sentence(fields[4]))
        write_own_options(fields[2])
    }
    write_common_options()
    print ".SS \"Without a subcommand\""
    write_own_options("-")
}

function write_named(names, count,    i, fields) {
    for (i = 0; i < count; i++) {
        split(names[i], fields, "\t")
        print ".TP"
        print ".B \"" literal(fields[2]) "\""
        say(fields[3])
    }
}

FNR == 1 { file++ }

file == 1 && /^command\t/ { command[commands++] = $0; next }
file == 1 && /^profile\t/ { profile[profiles++] = $0; next }
file == 1 && /^option\t/ {
    option[options++] = $0
    split($0, part, "\t")
    key = identity(part)
    users[key] = users[key] (users_count[key]++ ? ", " : "") part[2]
    next
}
file == 1 && /^[A-Z][A-Z]/ {
    current = $0
    sub(/,.*/, "", current)
    section_length[current] = 0
    next
}
file == 1 {
    if (current != "" && NF > 0 && $0 !~ /^[a-z]/)
        section[current, section_length[current]++] = $0
    next
}

/^@section .*@$/ { write_section(substr($0, 10, length($0) - 10)); next }
/^@commands@$/ { write_commands(); next }
/^@profiles@$/ { write_named(profile, profiles); next }
{ gsub(/@version@/, version); print }

# Completion of tcpwaltz for fish. What there is to complete says the program: tcpwaltz help --list.

# __tcpwaltz_list AWK-PROGRAM [VARIABLE=VALUE]...: what it prints about the list's fields.
function __tcpwaltz_list
    set -l words (commandline -opc)
    set -l program $words[1]
    test -n "$program"; or set program tcpwaltz
    type -q $program; or return
    TCPWALTZ_NO_INSTALL=1 $program help --list 2>/dev/null </dev/null | awk -F '\t' $argv -
end

# The subcommand on the command line; "-" when there is none yet.
function __tcpwaltz_command
    set -l words (commandline -opc)
    if set -q words[2]
        echo $words[2]
    else
        echo -
    end
end

# The names of a kind, with what the list says about them.
function __tcpwaltz_named
    __tcpwaltz_list '$1 == kind { print $2 "\t" (NF > 2 ? $NF : "") }' kind=$argv[1]
end

# What the scenarios on the command line have by `let`, and the sign behind it.
function __tcpwaltz_names
    for word in (commandline -opc) (commandline -c | string split ' ')
        string match -q '*.scn' -- $word; and test -f $word; or continue
        awk '
    $1 == "let" {
        for (i = 2; i <= NF && $i !~ /^#/; i++)
            if (match($i, /^[A-Za-z_][A-Za-z0-9_-]*=/)) print substr($i, 1, RLENGTH)
    }' $word
    end | sort -u
end

# __tcpwaltz_values OPTION: its words, or files or profiles.
function __tcpwaltz_values
    set -l command (__tcpwaltz_command)
    set -l found (__tcpwaltz_list '
        $1 == "option" && $2 == command && ($3 == option || $4 == option) { print $5; print $6; exit }' \
        command=$command option=$argv[1])
    switch "$found[1]"
        case FILE DIR
            __fish_complete_path (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
        case PROFILE
            __fish_complete_suffix .profile
            __tcpwaltz_list '$1 == "profile" { print $2 }'
        case 'HOST.KEY=*'
            __tcpwaltz_names
        case 'A,B,*'
            __fish_append , (__tcpwaltz_list '$1 == "profile" { print $2 }')
        case '*'
            test "$found[2]" = -; or string split ' ' -- $found[2]
    end
end

# The options of the subcommand that take no value, as candidates; of the others, too.
function __tcpwaltz_options
    __tcpwaltz_list '$1 == "option" && $2 == command {
        print $3 ($5 == "-" ? "" : "=") "\t" $7
        if ($4 != "-") print $4 "\t" $7
    }' command=(__tcpwaltz_command)
end

# What is no option.
function __tcpwaltz_arguments
    set -l command (__tcpwaltz_command)
    switch (__tcpwaltz_list '$1 == "command" && $2 == command { print $3 }' command=$command)
        case '*NAME*'
            __tcpwaltz_named profile
            __fish_complete_suffix .profile
        case '*SYMPTOM*'
            __tcpwaltz_named symptom
            __fish_complete_path (commandline -ct)
        case '*merge*'
            __fish_complete_suffix .scn
            __fish_complete_suffix .csv
            __fish_complete_suffix .db
        case '*TOPIC*'
            __tcpwaltz_named command
            __tcpwaltz_named topic
        case '*BENCH*'
            __tcpwaltz_named bench
        case N
            __tcpwaltz_named lesson
            __fish_complete_suffix .md
        case -
            # takes none
        case FILE 'FILE...' '[FILE...]' 'A B*'
            __fish_complete_path (commandline -ct)
        case '*'
            __fish_complete_suffix .scn
            __fish_complete_suffix .pkt
    end
end

# One function for all, because only the program knows which options there are.
function __tcpwaltz_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l previous $words[-1]
    if string match -qr -- '^--[a-z-]+=' $current
        set -l option (string replace -r '=.*' '' -- $current)
        for value in (__tcpwaltz_values $option)
            echo $option=$value
        end
        return
    end
    if string match -q -- '-*' $previous; and set -q words[2]
        set -l takes (__tcpwaltz_list '
            $1 == "option" && $2 == command && ($3 == option || $4 == option) { print $5; exit }' \
            command=(__tcpwaltz_command) option=$previous)
        if test -n "$takes" -a "$takes" != -
            __tcpwaltz_values $previous
            return
        end
    end
    if string match -q -- '-*' $current
        __tcpwaltz_options
    else if not set -q words[2]
        __tcpwaltz_named command
    else
        __tcpwaltz_arguments
    end
end

complete -c tcpwaltz -f -a '(__tcpwaltz_complete)'

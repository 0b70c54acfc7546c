# Completion of tcpwaltz for bash. What there is to complete says the program: tcpwaltz help --list.
# shellcheck disable=SC2016 # single quotes are for awk

# _tcpwaltz_list AWK-PROGRAM [VARIABLE=VALUE]…: what the program prints about the list's fields.
_tcpwaltz_list() {
    local program=$1
    shift
    awk -F '\t' "$program" "$@" - <<<"$_tcpwaltz_all"
}

# _tcpwaltz_files PATTERN…: files of these names (none for ''), and folders.
_tcpwaltz_files() {
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    # shellcheck disable=SC2207 # one name a line
    COMPREPLY=($(compgen -d -- "$current"))
    while (($# > 0)); do
        # shellcheck disable=SC2207
        COMPREPLY+=($(compgen -f -X "!$1" -- "$current"))
        shift
    done
}

# _tcpwaltz_words WORD…: those that begin as what was typed.
_tcpwaltz_words() {
    # shellcheck disable=SC2207 # words without blanks
    COMPREPLY=($(compgen -W "$*" -- "$current"))
}

_tcpwaltz_profiles() {
    _tcpwaltz_list '$1 == "profile" { print $2 }'
}

# _tcpwaltz_names: what the scenarios on the command line have by `let`, and the sign behind it.
_tcpwaltz_names() {
    local word
    for word in "${COMP_WORDS[@]}"; do
        [[ $word == *.scn && -f $word ]] || continue
        awk '
    $1 == "let" {
        for (i = 2; i <= NF && $i !~ /^#/; i++)
            if (match($i, /^[A-Za-z_][A-Za-z0-9_-]*=/)) print substr($i, 1, RLENGTH)
    }' "$word"
    done
}

# _tcpwaltz_value COMMAND OPTION: completes the option's value; fails when it takes none.
_tcpwaltz_value() {
    local argument words
    IFS=$'\t' read -r argument words < <(_tcpwaltz_list '
        $1 == "option" && $2 == command && ($3 == option || $4 == option) && $5 != "-" {
            print $5 "\t" $6
            exit
        }' command="$1" option="$2")
    [[ -n $argument ]] || return 1
    case $argument in
    FILE) _tcpwaltz_files '*' ;;
    PROFILE)
        _tcpwaltz_files '*.profile'
        # shellcheck disable=SC2207
        COMPREPLY+=($(compgen -W "$(_tcpwaltz_profiles)" -- "$current"))
        ;;
    DIR) _tcpwaltz_files '' ;;
    A,B,*)
        local before=
        [[ $current != *,* ]] || before=${current%,*},
        # shellcheck disable=SC2207
        COMPREPLY=($(compgen -P "$before" -W "$(_tcpwaltz_profiles)" -- "${current##*,}"))
        ;;
    HOST.KEY=*)
        compopt -o nospace 2>/dev/null
        _tcpwaltz_words "$(_tcpwaltz_names)"
        ;;
    *) [[ $words == - ]] || _tcpwaltz_words "$words" ;;
    esac
}

# _tcpwaltz_argument COMMAND: what is no option.
_tcpwaltz_argument() {
    case $(_tcpwaltz_list '$1 == "command" && $2 == command { print $3 }' command="$1") in
    *NAME*)
        _tcpwaltz_files '*.profile'
        # shellcheck disable=SC2207
        COMPREPLY+=($(compgen -W "$(_tcpwaltz_profiles)" -- "$current"))
        ;;
    *SYMPTOM*)
        _tcpwaltz_files '*'
        # shellcheck disable=SC2207
        COMPREPLY+=($(compgen -W "$(_tcpwaltz_list '$1 == "symptom" { print $2 }')" -- "$current"))
        ;;
    *merge*) _tcpwaltz_files '*.scn' '*.csv' '*.db' ;;
    *TOPIC*) _tcpwaltz_words "$(_tcpwaltz_list '$1 == "command" || $1 == "topic" { print $2 }')" ;;
    *BENCH*) _tcpwaltz_words "$(_tcpwaltz_list '$1 == "bench" { print $2 }')" ;;
    N)
        _tcpwaltz_files '*.md'
        # shellcheck disable=SC2207
        COMPREPLY+=($(compgen -W "$(_tcpwaltz_list '$1 == "lesson" { print $2 }')" -- "$current"))
        ;;
    -) ;; # takes none
    FILE | 'FILE...' | '[FILE...]' | 'A B'*) _tcpwaltz_files '*' ;; # captures and tables, too
    *) _tcpwaltz_files '*.scn' '*.pkt' ;;
    esac
}

_tcpwaltz() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=- option=
    local _tcpwaltz_all
    _tcpwaltz_all=$(TCPWALTZ_NO_INSTALL=1 "${COMP_WORDS[0]}" help --list 2>/dev/null </dev/null) || return

    COMPREPLY=()
    ((COMP_CWORD == 1)) || command=${COMP_WORDS[1]}
    # bash parts --format=json at the sign.
    if [[ $current == = ]]; then
        option=$previous current=
    elif [[ $previous == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $previous == -* ]]; then
        option=$previous
    fi
    if [[ -n $option ]] && _tcpwaltz_value "$command" "$option"; then
        return
    fi
    if [[ $current == -* ]]; then
        _tcpwaltz_words "$(_tcpwaltz_list '
            $1 == "option" && $2 == command { print $3; if ($4 != "-") print $4 }' command="$command")"
    elif ((COMP_CWORD == 1)); then
        _tcpwaltz_words "$(_tcpwaltz_list '$1 == "command" { print $2 }')"
    else
        _tcpwaltz_argument "$command"
    fi
}

complete -F _tcpwaltz tcpwaltz

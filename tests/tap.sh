# Tests of the program from outside, reported in TAP. Sourced, by a script that has set
#
#   tcpwaltz   the program
#   work       a folder of its own
#
#     begin 'an unknown subcommand suggests the near one'
#     tcpwaltz rum
#     must exits 2
#     must says "did you mean 'run'"
#     end
#
# and at last `finish`.

number=0
status=0

begin() {
    title=$1
    problems=
}

# must CONDITION…: the test fails if the condition does not hold.
must() {
    "$@" || problems="$problems
#   does not hold: $*"
}

end() {
    number=$((number + 1))
    if [ -z "$problems" ]; then
        echo "ok $number - $title"
        return
    fi
    echo "not ok $number - $title$problems"
    [ ! -s "$work/out" ] || sed -n '1,20s/^/#   out: /p' "$work/out"
    [ ! -s "$work/err" ] || sed -n '1,20s/^/#   err: /p' "$work/err"
    status=1
}

# `takes_turn || continue` in a loop over many alike: under sanitizers an eighth of them, as tests/unit/less.h.
turn=0
takes_turn() {
    turn=$((turn + 1))
    [ $((turn % ${TCPWALTZ_TEST_LESS:-1})) -eq 0 ]
}

skip() {
    number=$((number + 1))
    echo "ok $number - $title # SKIP $1"
}

finish() {
    echo "1..$number"
    [ "$number" -gt 0 ] || status=1 # a suite that tests nothing proves nothing
    exit "$status"
}

# tcpwaltz ARGUMENT…: runs it; what it wrote and its exit status are there for the conditions.
tcpwaltz() {
    "$tcpwaltz" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}

# Conditions on the last run.
exits() {
    [ "$code" -eq "$1" ] || {
        problems="$problems
#   exit status $code"
        return 1
    }
}

prints() {
    grep -q -e "$1" "$work/out"
}

says() {
    grep -q -e "$1" "$work/err"
}

is_silent() {
    [ ! -s "$work/err" ]
}

prints_nothing() {
    [ ! -s "$work/out" ]
}

# What a golden file is, for run.sh and record: tests/golden/GROUP/SCENARIO/VIEW holds what
# `tcpwaltz run` prints of scenarios/GROUP/SCENARIO.scn in that view. Sourced, by a script that has
# set root, tcpwaltz and golden (this folder) and stands in root, so that the files' names in the
# output are the same for everybody.

views='timeline timeline-unicode segments states timers json mermaid rfc flow pkt svg'

options_of() {
    case $1 in
    timeline-unicode) echo '--unicode' ;;
    *) echo "--format=$1" ;;
    esac
}

# produce GROUP/SCENARIO VIEW: prints it. A failed expectation is a failure here, too.
produce() {
    "$tcpwaltz" run "$(options_of "$2")" "scenarios/$1.scn" </dev/null
}

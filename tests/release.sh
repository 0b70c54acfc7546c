# The builds that parts of ./check share: the one that is tested, whose output is compared; the release,
# whose output is compared, which is installed, and whose instructions are counted. Sourced, by a script that has sourced tools/build.sh.

release=$root/build/check-release
release_prefix=$release/prefix

# The program is not optimised as a whole: the release is, and `identical` compares the two. Nobody runs
# a debugger in there.
tested=$root/build/check
tested_options='--werror -Dtests=enabled -Dwhole=false -Ddebug=false'

# build_tested TARGET…: all of it where none is named.
build_tested() {
    # shellcheck disable=SC2086 # words
    configure "$tested" $tested_options && compile "$tested" "$@" && return 0
    explain_failure "$tested"
    return 1
}

# build_release: by gcc, as a user's own would be; the first who asks waits for it.
build_release() {
    CC=gcc build "$release" --werror --buildtype=release "--prefix=$release_prefix" -Dtests=disabled
}

# The release build that three parts of ./check share: its output is compared, it is installed, its
# instructions are counted. Sourced, by a script that has sourced tools/build.sh.

release=$root/build/check-release
release_prefix=$release/prefix

# build_release: by gcc, as a user's own would be; the first who asks waits for it.
build_release() {
    CC=gcc build "$release" --werror --buildtype=release "--prefix=$release_prefix" -Dtests=disabled
}

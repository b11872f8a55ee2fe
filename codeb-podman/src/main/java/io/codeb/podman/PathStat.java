package io.codeb.podman;

/**
 * What is at a path in a container.
 *
 * @param mode a Go {@code os.FileMode}, as the API sends it
 * @param size in bytes, for a regular file
 * @param linkTarget where a link leads, all links on the way followed
 */
record PathStat(long mode, long size, String linkTarget) {
    private static final long DIRECTORY = 0x8000_0000L;
    private static final long LINK = 0x0800_0000L;
    /** Directory, link, device, pipe, socket, character device, irregular. */
    private static final long ANY_TYPE = 0x8f28_0000L;

    static final PathStat NOTHING = new PathStat(ANY_TYPE & ~DIRECTORY & ~LINK, -1, "");

    boolean isDirectory() {
        return (mode & DIRECTORY) != 0;
    }

    boolean isLink() {
        return (mode & LINK) != 0;
    }

    boolean isFile() {
        return (mode & ANY_TYPE) == 0;
    }
}

package io.codeb.spi.runtime;

/**
 * A file to be written into a container.
 *
 * @param size its length in bytes, known beforehand
 * @param mode its permissions, for example {@code 0600}
 * @param uid the numeric owner
 * @param gid the numeric group
 */
public record FileSpec(long size, int mode, int uid, int gid) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when one is out of range
     */
    public FileSpec {
        if (size < 0 || mode < 0 || mode > 0777 || uid < 0 || gid < 0) {
            throw new IllegalArgumentException("out of range: size " + size + ", mode " + mode);
        }
    }

    /**
     * A file that only root may read and write.
     *
     * @param size its length in bytes
     * @return mode 0600, owned by root
     */
    public static FileSpec ofSize(long size) {
        return new FileSpec(size, 0600, 0, 0);
    }
}

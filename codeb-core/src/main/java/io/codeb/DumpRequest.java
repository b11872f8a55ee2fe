package io.codeb;

import io.codeb.model.DumpMode;
import java.io.OutputStream;
import java.util.Objects;

/**
 * A dump that is made now and written to a stream, without a backup of it.
 *
 * @param database of what, as a backup would be made of it: a project, and which part of its database. A repository,
 *     labels and the mode are nothing to a stream; roles and checksums, which are entries of their own, are refused
 * @param codec the id of a codec to compress with; {@code none} for plain
 * @param out takes the bytes; it is flushed, not closed
 */
public record DumpRequest(BackupRequest database, String codec, OutputStream out) {
    /**
     * Checks that all is there, and that one stream can hold it.
     *
     * @throws IllegalArgumentException when roles or checksums are asked for, or the mode is not one stream
     */
    public DumpRequest {
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(out, "out");
        if (database.globals() || database.checksums() || database.mode() == DumpMode.PARALLEL) {
            throw new IllegalArgumentException("one stream has no room for roles, checksums or pieces");
        }
    }

    /**
     * A whole database as plain SQL.
     *
     * @param project its project
     * @param out takes the bytes; it is flushed, not closed
     * @return the request
     */
    public static DumpRequest plain(String project, OutputStream out) {
        return new DumpRequest(BackupRequest.of(Objects.requireNonNull(project, "project")), "none", out);
    }
}

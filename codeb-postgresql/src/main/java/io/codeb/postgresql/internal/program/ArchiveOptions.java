package io.codeb.postgresql.internal.program;

import java.util.List;
import java.util.Set;

/** Options of pg_dump that change nothing in an archive: it is pg_restore that leaves out what they are about. */
public final class ArchiveOptions {
    private static final Set<String> OF_RESTORE = Set.of("--no-owner", "--no-tablespaces", "--no-table-access-method");

    private ArchiveOptions() {}

    /**
     * What pg_restore is told of an archive.
     *
     * @param options that pg_dump was told when it made the archive
     */
    public static List<String> ofRestore(List<String> options) {
        return options.stream().filter(OF_RESTORE::contains).distinct().toList();
    }
}

package io.codeb.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What makes a backup exist: its description, written last and deleted first. The JSON form is
 * docs/manifest.schema.json.
 *
 * @param formatVersion {@value #FORMAT_VERSION} for what this version writes
 * @param requires features that a reader must know, in lower case with hyphens: {@value #ENCRYPTION},
 *     {@value #CHECKSUMS}
 * @param id the backup's name
 * @param project whose backup it is
 * @param base the backup of the same project without which this one cannot be read; empty for one that is whole in
 *     itself
 * @param createdBy the program that wrote it, for example {@code codeb 0.1.0}
 * @param startedAt when the run began
 * @param finishedAt when its last entry was safe
 * @param engine what dumped it
 * @param selection what it holds
 * @param database the database as it was
 * @param tables rows by table, counted in the dump, in the order of their names; empty for definitions only
 * @param entries its streams
 * @param labels the caller's own notes, as in {@link BoundedTexts#LABELS}
 * @param recipients who could read it when it was made: the SHA-256 of each public key's text, 64 lower-case
 *     hexadecimal digits, that the backup's own key was encrypted to; empty where nothing is encrypted
 */
public record Manifest(
        int formatVersion,
        List<String> requires,
        BackupId id,
        String project,
        Optional<BackupId> base,
        String createdBy,
        Instant startedAt,
        Instant finishedAt,
        EngineFacts engine,
        Selection selection,
        DatabaseSummary database,
        List<TableRows> tables,
        List<Entry> entries,
        Map<String, String> labels,
        List<String> recipients) {
    /** The feature of backups whose entries are encrypted to a key that rests, encrypted, beside them. */
    public static final String ENCRYPTION = "encryption";

    /** The feature of backups that have an entry of the kind {@link EntryKind#CHECKSUMS}. */
    public static final String CHECKSUMS = "checksums";

    /**
     * The feature of backups that have one entry of the kind {@link EntryKind#ARCHIVE} and any number of the kind
     * {@link EntryKind#PIECE}, and none of the kind {@link EntryKind#DUMP}.
     */
    public static final String PIECES = "pieces";

    /** The version of the format that this version writes. */
    public static final int FORMAT_VERSION = 1;

    /** Copies the collections, and checks the labels. */
    public Manifest {
        requires = List.copyOf(requires);
        tables = List.copyOf(tables);
        entries = List.copyOf(entries);
        labels = BoundedTexts.LABELS.copyOf(labels);
        recipients = List.copyOf(recipients);
    }

    /**
     * Whether its entries are encrypted to a key of its own, which rests beside them.
     *
     * @return what {@link #requires()} says
     */
    public boolean encrypted() {
        return requires.contains(ENCRYPTION);
    }

    /**
     * Whether it has checksums of its tables, which a restore compares.
     *
     * @return what {@link #requires()} says
     */
    public boolean checksummed() {
        return requires.contains(CHECKSUMS);
    }

    /**
     * Whether it is an archive with the rows of some tables beside it, in pieces.
     *
     * @return what {@link #requires()} says
     */
    public boolean inPieces() {
        return requires.contains(PIECES);
    }

    /**
     * How many rows it holds.
     *
     * @return the sum over all tables
     */
    public long totalRows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }

    /**
     * How many bytes were dumped.
     *
     * @return the sum over all entries, before their codecs
     */
    public long rawSize() {
        return entries.stream().mapToLong(Entry::rawSize).sum();
    }

    /**
     * How many bytes it takes in the storage.
     *
     * @return the sum over all entries, after their codecs
     */
    public long storedSize() {
        return entries.stream().mapToLong(Entry::storedSize).sum();
    }

    /**
     * What dumped the database.
     *
     * @param id of the engine that can restore it, for example {@code postgresql}
     * @param mode how: {@code sql} for one plain stream, {@code parallel} for an archive and pieces
     * @param server the server's version
     * @param tool the dump program's own words, for example {@code pg_dump (PostgreSQL) 15.18}
     * @param facts what the engine wants to know when it restores, which nobody else understands
     */
    public record EngineFacts(String id, String mode, ServerVersion server, String tool, Facts facts) {}

    /**
     * What is known of every database, whatever its kind.
     *
     * @param name its name
     * @param sizeBytes on the server's disk; 0 where nobody could say
     */
    public record DatabaseSummary(String name, long sizeBytes) {}
}

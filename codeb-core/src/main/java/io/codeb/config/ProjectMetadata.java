package io.codeb.config;

import io.codeb.Backup;
import io.codeb.error.ConfigException;
import io.codeb.internal.config.MetadataFile;
import io.codeb.model.Manifest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * What tools of a project want to know of its database without asking CodeB: the facts of its last backup. In JSON an
 * object with these names, the time as in ISO 8601.
 *
 * @param type the kind of database, for example {@code postgresql}
 * @param version of the server, as it says it
 * @param lastBackup when the last backup began
 * @param backupSize how many bytes it takes in its storage
 * @param tables how many tables it holds
 * @param records how many rows it holds
 */
public record ProjectMetadata(
        String type, String version, Instant lastBackup, long backupSize, int tables, long records) {
    /** Takes no null. */
    public ProjectMetadata {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(lastBackup, "lastBackup");
    }

    /**
     * The facts of a backup.
     *
     * @param backup the last one, as {@link io.codeb.CatalogService#latest} answers it
     * @return its facts
     */
    public static ProjectMetadata from(Backup backup) {
        return from(Objects.requireNonNull(backup, "backup").manifest());
    }

    /**
     * The facts of a backup.
     *
     * @param manifest of the last one
     * @return its facts
     */
    public static ProjectMetadata from(Manifest manifest) {
        Objects.requireNonNull(manifest, "manifest");
        return new ProjectMetadata(
                manifest.engine().id(),
                manifest.engine().server().text(),
                manifest.startedAt(),
                manifest.storedSize(),
                manifest.tables().size(),
                manifest.totalRows());
    }

    /**
     * Reads a file.
     *
     * @param file of at most 64 KiB, as {@link #write(Path)} writes it
     * @return what is in it
     * @throws ConfigException when it is not there, or something else
     */
    public static ProjectMetadata read(Path file) {
        return MetadataFile.read(Objects.requireNonNull(file, "file"));
    }

    /**
     * Writes a file: whoever reads it meanwhile reads what was there before, or all that is new.
     *
     * @param file made anew or replaced; its directory exists
     * @throws ConfigException when it cannot be written
     */
    public void write(Path file) {
        MetadataFile.write(this, Objects.requireNonNull(file, "file"));
    }
}

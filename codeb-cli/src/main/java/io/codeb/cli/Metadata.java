package io.codeb.cli;

import io.codeb.Backup;
import io.codeb.config.ConfiguredProject;
import io.codeb.config.ProjectMetadata;
import io.codeb.error.ConfigException;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The files that tell others of a project's last backup. One that cannot be written fails nothing: what it would tell
 * of was done.
 */
final class Metadata {
    private Metadata() {}

    /** A backup was made. */
    static List<Notice> made(ConfiguredProject project, Manifest manifest) {
        return project.metadata()
                .map(file -> write(file, Optional.of(manifest)))
                .orElse(List.of());
    }

    /** Backups were deleted. The last one of a project can be among them. */
    static List<Notice> deleted(Session session, Collection<BackupRef> refs) {
        List<Notice> notices = new ArrayList<>();
        for (String name : new TreeSet<>(refs.stream().map(BackupRef::project).toList())) {
            notices.addAll(changed(session, name));
        }
        return notices;
    }

    /** What backups a project has may be others by now. */
    static List<Notice> changed(Session session, String name) {
        Optional<Path> file = session.configuration().project(name).flatMap(ConfiguredProject::metadata);
        return file.isEmpty()
                ? List.of()
                : write(file.get(), session.catalogOf(name, null).latest(name).map(Backup::manifest));
    }

    private static List<Notice> write(Path file, Optional<Manifest> last) {
        try {
            if (last.isPresent()) {
                ProjectMetadata.from(last.get()).write(file);
            } else {
                Files.deleteIfExists(file);
            }
            return List.of();
        } catch (ConfigException e) {
            return List.of(new Notice("metadata-not-written", e.getMessage() + "; " + e.hint()));
        } catch (IOException e) {
            return List.of(new Notice(
                    "metadata-not-written",
                    "the metadata file " + file + " cannot be removed: "
                            + e.getClass().getSimpleName()));
        }
    }
}

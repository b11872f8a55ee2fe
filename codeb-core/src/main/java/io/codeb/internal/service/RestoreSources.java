package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what a restore is asked to restore, and for whom. Thread-safe. */
record RestoreSources(Projects projects, Repositories repositories, Codecs codecs) {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreSources.class);

    /**
     * A backup, and where it lies.
     *
     * @param distrust what is wrong with its signature, and was named in the request
     */
    record Stored(BackupStore store, Manifest manifest, List<IntegrityException> distrust) {
        BackupRef ref() {
            return store.ref(manifest.project(), manifest.id());
        }
    }

    /** What is restored, and for whom. */
    record Source(Optional<Stored> backup, Project project) {
        Optional<Manifest> manifest() {
            return backup.map(Stored::manifest);
        }

        /** Where the run keeps its record: beside what it restores, if that is in a repository. */
        BackupStore store(Repositories repositories) {
            return backup.map(Stored::store).orElseGet(repositories::first);
        }

        @Nullable
        String repository() {
            return backup.map(stored -> stored.store().name()).orElse(null);
        }

        /** What is wrong with its signature, and does not stop the restore. */
        List<IntegrityException> distrust() {
            return backup.map(Stored::distrust).orElse(List.of());
        }

        String database(RestoreRequest request) {
            return request.database().orElse(project.database());
        }
    }

    /**
     * Finds it.
     *
     * @throws io.codeb.error.CodeBException when it is not there, or is not to be restored
     */
    Source find(RestoreRequest request) {
        Optional<Stored> backup = stored(request);
        Project project = projects.get(request.project()
                .or(() -> backup.map(stored -> stored.manifest().project()))
                .orElseThrow(() -> new ConfigException(
                        "a dump that CodeB did not write does not say where it belongs",
                        "name the project with onProject(…)")));
        return new Source(backup, project);
    }

    private Optional<Stored> stored(RestoreRequest request) {
        return request.ref()
                .or(() -> request.backup().map(repositories::resolve))
                .map(ref -> {
                    BackupStore store = repositories.get(ref.repository());
                    List<IntegrityException> distrust = new ArrayList<>();
                    Manifest manifest = store.read(ref.project(), ref.id(), problem -> {
                        requireNamed(problem, ref, request);
                        distrust.add(problem);
                    });
                    return new Stored(store, manifest, distrust);
                });
    }

    private static void requireNamed(IntegrityException problem, BackupRef backup, RestoreRequest request) {
        if (request.despite().stream().noneMatch(named -> named.code() == problem.code())) {
            throw problem;
        }
        LOG.warn("backup {} is restored despite its signature: {}", backup, problem.getMessage());
    }

    /** Refuses what another kind of database has made. */
    static void requireSameEngine(Source source) {
        String engine = source.manifest()
                .map(found -> found.engine().id())
                .orElse(source.project().engine().id());
        if (!engine.equals(source.project().engine().id())) {
            throw new EngineException(
                    ErrorCode.VERSION_MISMATCH,
                    "the backup is of " + engine + ", and project "
                            + source.project().name() + " is of "
                            + source.project().engine().id(),
                    "restore it on a server of its own kind");
        }
    }

    /** What the engine is given to read, with the key of a backup opened. */
    CountedInput input(Source source, RestoreRequest request, CountedInput.Progress progress) {
        return source.backup()
                .map(stored -> CountedInput.of(stored.store(), stored.manifest(), progress))
                .orElseGet(() ->
                        CountedInput.of(request.foreign().orElseThrow(), request.unpackedAtMost(), codecs, progress));
    }

    /** What the engine is told. */
    static RestoreSpec spec(Source source, RestoreRequest request) {
        RestoreSpec spec = RestoreSpec.of(
                        request.mode(), source.manifest().map(DumpFacts::of).orElse(null))
                .withOptions(request.options())
                .withKeep(request.keep())
                .withAfterLoad(request.afterLoad())
                .withCommands(request.commandsAfterLoad());
        spec = request.isEmptying() ? spec.withEmptying() : spec;
        spec = request.tables().isEmpty() ? spec : spec.withTables(request.tables());
        return request.checksums() ? spec : spec.withoutChecksums();
    }
}

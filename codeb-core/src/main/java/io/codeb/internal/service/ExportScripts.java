package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpScripts;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.nio.ByteBuffer;

/** Makes one script of a backup in pieces, by the programs of the project that it is of. */
final class ExportScripts {
    /** What it is called. */
    static final String NAME = "dump.sql";

    private final Projects projects;
    private final Leftovers leftovers;

    ExportScripts(Projects projects, Leftovers leftovers) {
        this.projects = projects;
        this.leftovers = leftovers;
    }

    /**
     * Makes it.
     *
     * @param store has the backup
     * @param manifest the backup's
     * @param run what it is a part of
     * @param cancellation ends it early
     * @return to be closed; ends only when all is proven
     * @throws ConfigException when there is no such project here, or its engine cannot
     */
    ByteSource open(BackupStore store, Manifest manifest, RunScope run, Cancellation cancellation) {
        Project project = projects.find(manifest.project())
                .filter(known -> known.engine().id().equals(manifest.engine().id()))
                .orElseThrow(() -> refusal("no project named " + manifest.project()
                        + " is known here, with whose programs one script could be made of it"));
        DumpScripts scripts = projects.engine(project)
                .scripts()
                .orElseThrow(() -> refusal("the engine " + manifest.engine().id() + " makes no script of it"));
        CountedInput input = CountedInput.of(store, manifest, (entry, bytes, storedBytes, totalBytes, rows) -> {});
        ProgramWatch watch = new ProgramWatch();
        Leftovers.Trace trace = leftovers.beginAside(project, run.id(), watch::allHaveEnded);
        try {
            DatabaseTarget target = projects.target(project, run.id(), watch);
            return new FilterSource(scripts.script(target, DumpFacts.of(manifest), input, cancellation)) {
                @Override
                protected int supply(ByteBuffer dst) {
                    return upstream().read(dst);
                }

                /** When its programs have ended. */
                @Override
                protected void release() {
                    trace.close();
                }
            };
        } catch (RuntimeException | Error e) {
            trace.close();
            throw e;
        }
    }

    private static ConfigException refusal(String why) {
        return new ConfigException(
                "the backup is in pieces, and " + why,
                "add the project to the configuration, or put the pieces together as docs/recovery.md has it");
    }
}

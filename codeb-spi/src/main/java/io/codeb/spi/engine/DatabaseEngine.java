package io.codeb.spi.engine;

import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.Leftover;
import io.codeb.model.RestoreMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a kind of database must be able to do, and may be able to do: what not every kind can is answered as an object
 * of its own, by a method with a default. Stateless and thread-safe.
 *
 * <p>Methods throw {@link io.codeb.error.EngineException} when the database or its programs refuse, and let the
 * exceptions of the runtime pass. {@code DatabaseEngineContract} in codeb-tck is this text as runnable tests.
 */
public interface DatabaseEngine {
    /**
     * The name that configurations and manifests use.
     *
     * @return for example {@code postgresql}
     */
    String id();

    /**
     * Looks at a database, its tables included.
     *
     * @param target where it is
     * @param cancellation ends it early
     * @return what is there
     */
    DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation);

    /**
     * Proves, in a second or so and without a change, what dumps and restores stand on: that the programs are there and
     * fit the server, and that the user is let in. Unless an engine does better, it looks at the database.
     *
     * @param target where it is
     * @param cancellation ends it early
     * @return what was proven, one sentence each
     */
    default List<String> check(DatabaseTarget target, Cancellation cancellation) {
        DatabaseInfo info = inspect(target, cancellation);
        return List.of("the user reads database " + target.database() + " of "
                + info.server().text());
    }

    /**
     * Looks for what stands in the way of a dump, without a change and without making one. Unless an engine does
     * better, it proves what {@link #check} does, and finds nothing.
     *
     * @param target where the database is
     * @param spec what would be dumped
     * @param cancellation ends it early
     * @return what was found
     */
    default DumpCheck checkDump(DatabaseTarget target, DumpSpec spec, Cancellation cancellation) {
        List<String> unused = check(target, cancellation);
        return DumpCheck.of(List.of());
    }

    /**
     * Dumps a database as of one moment. When this returns, every entry is proven whole and finished; when it throws,
     * nothing that was written is a backup.
     *
     * @param target where it is
     * @param spec what to dump
     * @param output where the entries go
     * @param cancellation ends it early
     * @return what was dumped
     */
    DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation);

    /**
     * Restores a dump of this engine. When this throws, the target is as it was before.
     *
     * @param target where to; its {@code database} is the one that shall hold the dump
     * @param spec how
     * @param input the dump
     * @param cancellation ends it early
     * @return what was restored
     */
    RestoreFacts restore(DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation);

    /**
     * Looks for what stands in the way of a restore, without a change. Unless an engine does better, it proves what
     * {@link #check} does of a database that exists, and finds nothing.
     *
     * @param target where to; its {@code database} is the one that would hold the dump, and need not exist
     * @param spec how it would be restored
     * @param input the dump; one that does not {@linkplain RestoreInput#opensAgain open again} is not opened
     * @param cancellation ends it early
     * @return what was found: what {@link #restore} would refuse by itself is there as {@link
     *     io.codeb.error.Finding#failure}
     */
    default RestoreCheck checkRestore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        if (spec.mode() == RestoreMode.EXISTING) {
            List<String> unused = check(target, cancellation);
        }
        return RestoreCheck.of(List.of());
    }

    /**
     * Looks for what runs have left on a server, and ends what dead ones have. What cannot be ended does not keep it
     * from the rest. Unless an engine does better, it knows of programs only.
     *
     * @param server which server; its {@link ToolHost#run} is nobody who is dead
     * @param dead the ids of runs that are dead for sure, each as {@link io.codeb.spi.runtime.ExecSpec#ofRun} takes it
     * @param cancellation ends it early
     * @return what it has found of dead and other runs, but of the run that is looking; of the others each is kept,
     *     because of nothing that an engine could know
     */
    default List<Leftover> cleanUp(ServerTarget server, Set<String> dead, Cancellation cancellation) {
        return server.tools().endRuns(dead);
    }

    /**
     * Tells what became of the last step of a restore whose process is gone. Unless an engine does better, nobody
     * knows.
     *
     * @param server where the restore was going on
     * @param step what {@link RestoreInput#deciding} heard last
     * @param cancellation ends it early
     * @return what became of it
     */
    default StepOutcome outcome(ServerTarget server, String step, Cancellation cancellation) {
        return StepOutcome.UNKNOWN;
    }

    /**
     * Asks this kind of database in SQL.
     *
     * @return nothing unless the engine speaks SQL
     */
    default Optional<SqlAccess> sql() {
        return Optional.empty();
    }

    /**
     * Lists, makes and drops the databases of a server.
     *
     * @return nothing unless the engine's servers have databases that are made and dropped by name
     */
    default Optional<ServerDatabases> databases() {
        return Optional.empty();
    }

    /**
     * Keeps the databases that restores replace, and puts them back.
     *
     * @return nothing unless the engine can: then what is replaced is dropped
     */
    default Optional<Replacements> replacements() {
        return Optional.empty();
    }

    /**
     * Makes one script of a dump that has several entries.
     *
     * @return nothing unless the engine can: then such a dump cannot be exported as one file
     */
    default Optional<DumpScripts> scripts() {
        return Optional.empty();
    }

    /**
     * Knows how servers are run that are thrown away, to prove that a backup can be restored.
     *
     * @return nothing unless the engine can: then there are no drills of its backups
     */
    default Optional<DrillServers> drills() {
        return Optional.empty();
    }
}

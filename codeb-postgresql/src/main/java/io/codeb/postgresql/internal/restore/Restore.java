package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.Reach;
import io.codeb.model.RestoreMode;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.DatabaseList;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreCheck;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One restore, from its checks to its end: what is loaded is {@link DumpLoader}'s, where it goes is {@link Aside}'s or
 * {@link InPlace}'s.
 */
public final class Restore {
    /** How long a restore waits for who uses a table that it takes for itself, unless the engine is told otherwise. */
    public static final Duration TABLE_LOCK_WAIT = Duration.ofSeconds(30);

    private final DatabaseTarget target;
    private final RestoreSpec spec;
    private final RestoreInput input;
    private final Duration tableLockWait;
    private final Parallelism parallelism;
    private final Cancellation cancellation;

    public Restore(
            DatabaseTarget target,
            RestoreSpec spec,
            RestoreInput input,
            Duration tableLockWait,
            Parallelism parallelism,
            Cancellation cancellation) {
        this.target = target;
        this.spec = spec;
        this.input = input;
        this.tableLockWait = tableLockWait;
        this.parallelism = parallelism;
        this.cancellation = cancellation;
    }

    public RestoreFacts run() {
        PostgresFacts facts = facts();
        refuseWhatCannotBe();
        try (DatabaseAdmin admin = new DatabaseAdmin(target, cancellation)) {
            return run(admin, facts);
        }
    }

    /** What the restore would find before it changes anything, and what it would refuse. */
    public RestoreCheck check() {
        List<Finding> refusals = new ArrayList<>();
        try (DatabaseAdmin admin = new DatabaseAdmin(target, cancellation)) {
            PostgresFacts facts = facts();
            Look look = look(admin, facts, requirement -> {
                try {
                    requirement.run();
                } catch (CancelledException e) {
                    throw e;
                } catch (EngineException | ConfigException | IntegrityException e) {
                    refusals.add(Finding.failure(e));
                }
            });
            refusals.addAll(look.findings());
            return RestoreCheck.of(refusals);
        }
    }

    private @Nullable PostgresFacts facts() {
        DumpFacts made = spec.dump();
        return made == null ? null : PostgresFacts.of(made.engine().facts(), made.database());
    }

    private RestoreFacts run(DatabaseAdmin admin, @Nullable PostgresFacts facts) {
        Look look = look(admin, facts, Runnable::run);
        input.checked(RestoreCheck.of(look.findings()));
        ContentProof contents = ContentProof.of(spec, input);
        if (spec.mode() == RestoreMode.REPLACING) {
            admin.dropExpired(target.database());
        }
        RestoreJob job = look.job();
        DumpLoader loader = look.loader();
        ServerVersion server = admin.serverVersion();
        if (!job.isAside()) {
            admin.disconnect();
            InPlace place = new InPlace(job, loader, contents, admin, filledOnly(look.seen()));
            RestoreFacts restored = RestoreFacts.of(server, loader.withScript(place::restore))
                    .withNotices(job.notices())
                    .withChecksums(contents.tables());
            return place.isClean() ? restored : restored.withLeftovers();
        }
        Map<String, String> form = look.seen().map(ScriptFacts::creation).orElse(Map.of());
        Aside place = new Aside(
                job,
                loader,
                contents,
                admin,
                spec.mode() == RestoreMode.REPLACING && look.live().isPresent(),
                form);
        RestoreFacts restored = RestoreFacts.of(server, loader.withScript(place::restore))
                .withNotices(job.notices())
                .withChecksums(contents.tables())
                .withReplaced(place.kept());
        return place.isClean() ? restored : restored.withLeftovers();
    }

    /** Something without which a restore is not begun: throws when it is not so. */
    private interface Requirements {
        void require(Runnable requirement);
    }

    /**
     * What is known before anything is changed.
     *
     * @param live what has the name that is restored to
     * @param seen what a foreign script holds that could be looked through
     */
    private record Look(
            RestoreJob job,
            DumpLoader loader,
            Optional<LiveDatabase> live,
            Optional<ScriptFacts> seen,
            List<Finding> findings) {}

    /** Looks at the server, and at a foreign script that can be read twice. */
    private Look look(DatabaseAdmin admin, @Nullable PostgresFacts facts, Requirements requirements) {
        ServerVersion server = admin.serverVersion();
        requirements.require(this::refuseWhatCannotBe);
        requirements.require(() -> requireNewEnough(server));
        Optional<LiveDatabase> live = admin.live(target.database());
        requirements.require(() -> requireWhatTheModeExpects(live.isPresent()));
        if (aside()) {
            requirements.require(admin::requireThatDatabasesMayBeMade);
        }
        if (spec.mode() == RestoreMode.REPLACING) {
            live.ifPresent(there -> {
                requirements.require(() -> requireOwned(there));
                requirements.require(() -> admin.requireThatItCanBeFreed(target.database()));
            });
        }
        RestoreJob job = new RestoreJob(
                target, spec, facts, server.major(), tableLockWait, cancellation, new ArrayList<>(), input::deciding);
        boolean makesRoles = !job.ofOwnBackup() && spec.options().allowed().contains(Reach.ROLES);
        DumpLoader loader = new DumpLoader(job, input, makesRoles ? admin.roles() : Set.of(), workers(admin));
        if (!spec.tables().isEmpty() && live.isPresent() && spec.dump() != null) {
            List<TableName> dumped =
                    spec.dump().tables().stream().map(TableRows::table).toList();
            requirements.require(() -> TableExchange.requireThatTheyCanBeExchanged(job, dumped));
        }
        requirements.require(new AfterLoadCommands(target, spec.commands())::requireThatTheyCanBeRun);
        List<ScriptFacts> seen = new ArrayList<>();
        requirements.require(() -> {
            loader.survey().ifPresent(seen::add);
            seen.forEach(this::requireDefinitions);
        });
        requirements.require(() -> {
            if (facts != null) {
                ServerCheck.of(admin, facts.needs(), spec.options());
            }
            seen.forEach(script -> ServerCheck.of(admin, script, spec.options()));
        });
        List<Finding> findings = new RestoreFindings(admin, target, spec, facts, input, cancellation).look(live);
        return new Look(job, loader, live, seen.stream().findFirst(), findings);
    }

    /** What is there is changed in one session; what nobody sees yet, in as many as are worth it. */
    private int workers(DatabaseAdmin admin) {
        return aside() ? Math.max(1, parallelism.workers(target, admin.freeConnections())) : 1;
    }

    /** As {@link RestoreJob#isAside} has it. */
    private boolean aside() {
        return spec.mode() != RestoreMode.EXISTING || !spec.tables().isEmpty();
    }

    private void requireDefinitions(ScriptFacts script) {
        if ((aside() || spec.emptying()) && script.rowsOnly()) {
            throw rowsOnly("dump");
        }
    }

    private void requireOwned(LiveDatabase live) {
        if (!live.owned()) {
            throw new EngineException(
                    ErrorCode.PERMISSION_DENIED,
                    "database " + target.database() + " belongs to role " + live.owner() + ", and role " + target.user()
                            + " may not rename it",
                    "restore as its owner, as a member of that role, or as a superuser");
        }
    }

    /** The tables that are filled where nothing is defined; null where something is, or nobody knows. */
    private @Nullable Set<TableName> filledOnly(Optional<ScriptFacts> seen) {
        DumpFacts made = spec.dump();
        if (made != null) {
            return isOfRowsOnly(made)
                    ? made.tables().stream().map(TableRows::table).collect(Collectors.toSet())
                    : null;
        }
        return seen.filter(ScriptFacts::rowsOnly).map(ScriptFacts::filled).orElse(null);
    }

    private static boolean isOfRowsOnly(DumpFacts made) {
        return made.selection().content() == Content.DATA_ONLY;
    }

    private static ConfigException rowsOnly(String what) {
        return new ConfigException(
                "a " + what + " of rows only cannot make a database",
                "make the database with its definitions, and restore the rows with intoExisting()");
    }

    private void requireNewEnough(ServerVersion server) {
        DumpFacts made = spec.dump();
        if (made != null && made.engine().server().major() > server.major()) {
            throw new EngineException(
                    ErrorCode.VERSION_MISMATCH,
                    "the backup is of PostgreSQL " + made.engine().server().major() + ", and the server is of "
                            + server.major(),
                    "restore it on a server of the same version or a newer one");
        }
    }

    private void requireWhatTheModeExpects(boolean exists) {
        if (exists && spec.mode() == RestoreMode.NEW) {
            throw new EngineException(
                    ErrorCode.DATABASE_EXISTS,
                    "database " + target.database() + " exists",
                    "choose another name, or say replacing() or intoExisting()");
        }
        if (!exists && spec.mode() == RestoreMode.EXISTING) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND,
                    "database " + target.database() + " does not exist",
                    "create it, or restore without intoExisting()");
        }
    }

    private void refuseWhatCannotBe() {
        Databases.requireName(target.database(), "choose another name with into(…)");
        if (!aside() && !(spec.afterLoad().isEmpty() && spec.commands().isEmpty())) {
            throw new ConfigException(
                    "statements and commands after the load are for a database that nobody sees yet, and "
                            + target.database() + " exists",
                    "restore into a new database, or say replacing(); or run them when it is restored");
        }
        DumpFacts made = spec.dump();
        if (made != null && isOfRowsOnly(made) && aside()) {
            throw rowsOnly("backup");
        }
        if (spec.emptying()) {
            refuseToEmptyForAPart(made);
        }
        if ((spec.mode() != RestoreMode.EXISTING || spec.emptying()) && DatabaseList.isSystem(target.database())) {
            throw new ConfigException(
                    "database " + target.database() + " is the server's own and is not replaced or emptied",
                    "choose another name with into(…)");
        }
    }

    /** Some tables, or rows alone, are no database: what else there was would be gone. */
    private void refuseToEmptyForAPart(@Nullable DumpFacts made) {
        if (spec.mode() != RestoreMode.EXISTING) {
            throw new ConfigException("only a database that exists can be emptied", "say emptying() alone");
        }
        if (made != null
                && (made.selection().content() != Content.FULL
                        || !made.selection().include().isEmpty())) {
            throw new ConfigException(
                    "the backup holds a part of a database, and database " + target.database()
                            + " would be emptied for it",
                    "restore a backup of all of it, or restore into a new database");
        }
    }
}

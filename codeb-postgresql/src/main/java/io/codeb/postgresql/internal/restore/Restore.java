package io.codeb.postgresql.internal.restore;

import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.Reach;
import io.codeb.model.RestoreMode;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.DatabaseList;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import java.util.ArrayList;
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
    private final DatabaseTarget target;
    private final RestoreSpec spec;
    private final RestoreInput input;
    private final Cancellation cancellation;

    public Restore(DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        this.target = target;
        this.spec = spec;
        this.input = input;
        this.cancellation = cancellation;
    }

    public RestoreFacts run() {
        DumpFacts made = spec.dump();
        PostgresFacts facts =
                made == null ? null : PostgresFacts.of(made.engine().facts(), made.database());
        refuseWhatCannotBe();
        ContentProof contents = ContentProof.of(spec, input);
        try (DatabaseAdmin admin = new DatabaseAdmin(target, cancellation)) {
            return run(admin, facts, contents).withChecksums(contents.tables());
        }
    }

    private RestoreFacts run(DatabaseAdmin admin, @Nullable PostgresFacts facts, ContentProof contents) {
        ServerVersion server = admin.serverVersion();
        requireNewEnough(server);
        boolean exists = admin.exists(target.database());
        requireWhatTheModeExpects(exists);
        if (exists && spec.mode() == RestoreMode.REPLACING) {
            admin.requireThatItCanBeFreed(target.database());
        }

        if (spec.mode() == RestoreMode.REPLACING) {
            admin.dropExpired(target.database());
        }
        RestoreJob job =
                new RestoreJob(target, spec, facts, server.major(), cancellation, new ArrayList<>(), input::deciding);
        boolean makesRoles = !job.ofOwnBackup() && spec.options().allowed().contains(Reach.ROLES);
        DumpLoader loader = new DumpLoader(job, input, makesRoles ? admin.roles() : Set.of());
        Optional<ScriptFacts> seen = check(admin, facts, loader);
        if (spec.mode() == RestoreMode.EXISTING) {
            admin.disconnect();
            InPlace place = new InPlace(job, loader, contents, admin, filledOnly(seen));
            return RestoreFacts.of(server, loader.withScript(place::restore)).withNotices(job.notices());
        }
        Map<String, String> form = seen.map(ScriptFacts::creation).orElse(Map.of());
        Aside place = new Aside(job, loader, contents, admin, exists, form);
        RestoreFacts restored =
                RestoreFacts.of(server, loader.withScript(place::restore)).withNotices(job.notices());
        restored = restored.withReplaced(place.kept());
        return place.retiredIsLeft() ? restored.withLeftovers() : restored;
    }

    /**
     * What can be told before anything is run, of the server and of a foreign script that can be read twice.
     *
     * @return what the script holds, if it is of that kind
     */
    private Optional<ScriptFacts> check(DatabaseAdmin admin, @Nullable PostgresFacts facts, DumpLoader loader) {
        if (facts != null) {
            ServerCheck.of(admin, facts.needs(), spec.options());
            return Optional.empty();
        }
        Optional<ScriptFacts> seen = loader.survey();
        if (spec.mode() != RestoreMode.EXISTING
                && seen.filter(ScriptFacts::rowsOnly).isPresent()) {
            throw rowsOnly("dump");
        }
        seen.ifPresent(script -> ServerCheck.of(admin, script, spec.options()));
        return seen;
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
        if (spec.mode() == RestoreMode.EXISTING && !spec.afterLoad().isEmpty()) {
            throw new ConfigException(
                    "statements after the load are for a database that nobody sees yet, and " + target.database()
                            + " exists",
                    "restore into a new database, or say replacing(); or run them with databases().query(…)");
        }
        DumpFacts made = spec.dump();
        if (made != null && isOfRowsOnly(made) && spec.mode() != RestoreMode.EXISTING) {
            throw rowsOnly("backup");
        }
        if (spec.mode() != RestoreMode.EXISTING && DatabaseList.isSystem(target.database())) {
            throw new ConfigException(
                    "database " + target.database() + " is the server's own and is not replaced",
                    "choose another name with into(…)");
        }
    }
}

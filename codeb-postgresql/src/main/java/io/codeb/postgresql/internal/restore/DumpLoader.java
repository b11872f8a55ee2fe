package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.script.ScriptSurvey;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.PeekedSource;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What is loaded: opens a dump as a script, whatever its form, and sends it to a psql, judged and counted. */
final class DumpLoader {
    private final RestoreJob job;
    private final RestoreInput input;
    private final EntryFacts dump;

    /** The server's roles, where a foreign script may make others. */
    private final Set<String> roles;

    DumpLoader(RestoreJob job, RestoreInput input, Set<String> roles) {
        this.job = job;
        this.input = input;
        this.dump = input.only(EntryKind.DUMP);
        this.roles = roles;
    }

    /** Whether the dump is a foreign one that can be opened again. */
    boolean canSurvey() {
        return !job.ofOwnBackup() && input.opensAgain();
    }

    /** Looks through a foreign dump that can be opened again, before anything of it is run. */
    Optional<ScriptFacts> survey() {
        return canSurvey()
                ? Optional.of(withScript(
                        script -> ScriptSurvey.of(script, rules(job.target().database()), job.cancellation())))
                : Optional.empty();
    }

    /** Opens the dump, as a script whatever its form. */
    <T> T withScript(Function<ByteSource, T> work) {
        try (PeekedSource source = new PeekedSource(input.open(dump), DumpFormat.HEAD_BYTES)) {
            DumpFormat.of(source.head(), dump.name());
            ArchiveHead archive = ArchiveHead.of(source.head());
            try (ByteSource script = archive == null
                    ? source
                    : new ArchiveScript(job.target(), source, archive, dump.name(), job.cancellation())) {
                return work.apply(script);
            }
        }
    }

    private ScriptRules rules(String database) {
        return ScriptRules.guarded(database, job.serverMajor())
                .inOneTransaction(job.spec().mode() == RestoreMode.EXISTING)
                .ofOwnBackup(job.ofOwnBackup())
                .onServerWithRoles(roles)
                .with(job.spec().options());
    }

    /**
     * Sends all of a script.
     *
     * @param psql takes it
     * @param database what it is loaded into
     * @param script as {@link #withScript} opens it
     * @return what it says that it loads
     */
    Proof.Loaded load(PsqlLoad psql, String database, ByteSource script) {
        ScriptScanner scanner = new ScriptScanner(rules(database), psql.heads());
        ByteBuffer piece = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        while (script.read(piece.clear()) != ByteSource.END) {
            job.cancellation().throwIfCancelled();
            scanner.scan(piece.flip(), psql);
            input.progress(dump, scanner.rows());
        }
        scanner.finish();
        // The script's last line may lack its end, and its limits are not for what we ask.
        psql.statement("");
        psql.statement(OwnSession.unlimited(job.serverMajor()));
        psql.ask(List.of());
        job.notices().addAll(psql.notices());
        ScriptFacts seen = scanner.facts();
        boolean compared =
                job.ofOwnBackup() || (scanner.hasDumpHeader() && scanner.hasDumpTrailer() && seen.countable());
        if (!compared) {
            job.notice(
                    "not-compared",
                    "not only pg_dump's COPY makes rows in this script: they were counted in the database, and compared"
                            + " with nothing");
        }
        return new Proof.Loaded(
                scanner.tables(), psql.taken(), compared, seen.rowsOnly() ? seen.filled() : null, seen.promises());
    }

    /** What a dump of some tables does not bring along. */
    void createSchemas(PsqlLoad psql) {
        DumpFacts made = job.spec().dump();
        if (made != null && !made.selection().include().isEmpty()) {
            made.tables().stream()
                    .map(TableRows::schema)
                    .distinct()
                    .forEach(schema ->
                            psql.statement("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(schema) + ";"));
        }
    }

    /** What was loaded must not pull: the original does, through the same slots. */
    void detach(PsqlLoad psql, List<Subscription> known) {
        for (Subscription subscription : Subscriptions.of(psql)) {
            if (!known.contains(subscription)) {
                Subscriptions.detach(psql, subscription);
                job.notice(
                        "subscription-disabled",
                        "subscription " + subscription.name() + " is disabled, and has no slot"
                                + (subscription.slot().isEmpty() ? "" : ": it had " + subscription.slot())
                                + "; when the original does not pull any more, give it one with ALTER"
                                + " SUBSCRIPTION … SET"
                                + " (slot_name = …), and ENABLE it");
            }
        }
    }

    EngineException nothingInIt() {
        return new EngineException(
                ErrorCode.DUMP_UNRECOGNIZED,
                dump.name() + " makes nothing in a database: there are comments, settings, or roles in it at the most",
                "check that it is the dump of a database; globals alone are none");
    }
}

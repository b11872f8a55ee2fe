package io.codeb.deploy;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The migrations of an application that uses Prisma, by its own command line: {@code prisma migrate deploy}. Immutable
 * and thread-safe.
 *
 * <p>What is applied is read from Prisma's table in the database that is guarded, and what is pending from
 * {@code prisma migrate status}; so a Prisma that is connected to another database is found out. A migration that has
 * failed before (Prisma's P3009) is refused before anything is done. One that fails now (P3018) can be half applied, as
 * Prisma puts no transaction around it: a guard rolls it back, and with it Prisma's note that it has failed, so that
 * nothing has to be resolved by hand before the next deployment.
 */
@CheckReturnValue
public final class PrismaMigration implements Migration {
    private static final String TABLE = "_prisma_migrations";
    private static final Pattern DATABASE = Pattern.compile("Datasource \"[^\"]*\": \\S+ database \"([^\"]*)\"");
    private static final Pattern PENDING =
            Pattern.compile("Following migrations? have not yet been applied:\\R((?:[^\\r\\n]+\\R?)+)");
    private static final String NONE_PENDING = "Database schema is up to date!";
    private static final String ORDER = " ORDER BY started_at, migration_name";
    private static final String FAILED = "have failed:";

    private final DeployCommand prisma;

    private PrismaMigration(DeployCommand prisma) {
        this.prisma = prisma;
    }

    /**
     * Migrates by Prisma.
     *
     * @param prisma how it is called, without the words behind its name, for example
     *     {@code DeployCommand.in("app", "npx", "prisma")}; it finds schema and connection as the application does
     * @return the migration
     */
    public static PrismaMigration of(DeployCommand prisma) {
        return new PrismaMigration(Objects.requireNonNull(prisma, "prisma"));
    }

    @Override
    public String name() {
        return "prisma by " + prisma;
    }

    /** With {@code DATABASE_URL}, as Prisma's own schemas have it. */
    @Override
    public PrismaMigration rehearsedOn(RehearsalStage stage) {
        return of(stage.command(prisma).with(Map.of(), Map.of("DATABASE_URL", stage.url("postgresql"))));
    }

    @Override
    public Set<String> bookkeeping() {
        return Set.of(TABLE);
    }

    /** What Prisma has noted: a failed one has neither an end nor was it resolved. */
    private record Notes(List<String> applied, List<String> failed, String log) {}

    /** One that has failed is pending still. */
    @Override
    public MigrationStatus status(DeployTarget target) {
        DeployCommand.Ended ended = prisma.plus("migrate", "status").run(target);
        requireSameDatabase(target, ended);
        Notes notes = notes(target);
        String said = ended.stdout() + "\n" + ended.stderr();
        List<String> pending = Stream.concat(notes.failed().stream(), pending(said).stream())
                .distinct()
                .toList();
        boolean understood =
                !pending.isEmpty() || said.contains(FAILED) || (ended.status() == 0 && said.contains(NONE_PENDING));
        if (!understood) {
            throw DeployException.ofMigration(
                    "prisma migrate status ended with status " + ended.status() + ": " + ended.said(), "");
        }
        return MigrationStatus.of(notes.applied(), pending);
    }

    @Override
    public Optional<List<String>> applied(DeployTarget target) {
        return Optional.of(notes(target).applied());
    }

    @Override
    public Map<String, Duration> durations(DeployTarget target) {
        return MigrationTable.of(target, TABLE)
                .durations(
                        "migration_name",
                        "(extract(epoch FROM finished_at - started_at) * 1000)::bigint",
                        "WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL" + ORDER);
    }

    private static List<String> pending(String said) {
        Matcher matcher = PENDING.matcher(said);
        return matcher.find()
                ? matcher.group(1)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList()
                : List.of();
    }

    private static void requireSameDatabase(DeployTarget target, DeployCommand.Ended ended) {
        Matcher matcher = DATABASE.matcher(ended.stdout());
        if (matcher.find()) {
            target.requireDatabase("prisma", matcher.group(1), "DATABASE_URL");
        }
    }

    @Override
    public void apply(DeployTarget target, MigrationStatus before) {
        List<String> failed = notes(target).failed();
        if (!failed.isEmpty()) {
            throw DeployException.ofMigration(
                            "migration " + failed.get(0) + " has failed in an earlier deployment, and prisma"
                                    + " applies nothing until that is resolved (P3009)",
                            "find out how much of it is in the database, mend that, then tell prisma by prisma migrate"
                                    + " resolve --rolled-back or --applied")
                    .beforeAnyChange();
        }
        DeployCommand.Ended ended = prisma.plus("migrate", "deploy").run(target);
        Notes after = notes(target);
        if (ended.status() != 0) {
            throw explained(ended, after);
        }
        if (!after.applied().containsAll(before.pending())) {
            throw DeployException.ofMigration(
                    "prisma says that it has applied " + before.pending() + ", and database "
                            + target.project().database() + " does not have them",
                    "check that its connection, mostly DATABASE_URL, names the project's server");
        }
    }

    /** Its codes are in what it says; the engine of WebAssembly leaves P3018 out, which its table shows. */
    private static DeployException explained(DeployCommand.Ended ended, Notes after) {
        Optional<String> failed = after.failed().stream().findFirst();
        if (failed.isPresent()) {
            return DeployException.ofMigration(
                    "prisma could not apply " + failed.get() + " (P3018), and what came before its failing statement"
                            + " may be applied: " + DeployCommand.firstLines(after.log()),
                    "correct the migration and deploy again; where it is rolled back, prisma needs no resolve");
        }
        if (ended.said().contains("P3005")) {
            return DeployException.ofMigration(
                            "the database is not empty, and has no table of prisma's (P3005)",
                            "tell prisma which migrations are in it by prisma migrate resolve --applied, its baseline")
                    .beforeAnyChange();
        }
        return DeployException.ofMigration(
                "prisma migrate deploy ended with status " + ended.status() + ": " + ended.said(), "");
    }

    private static Notes notes(DeployTarget target) {
        MigrationTable table = MigrationTable.of(target, TABLE);
        String failed = "WHERE finished_at IS NULL AND rolled_back_at IS NULL" + ORDER;
        return new Notes(
                table.texts("migration_name", "WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL" + ORDER),
                table.texts("migration_name", failed),
                String.join("\n", table.texts("coalesce(substr(logs, 1, 2000), '')", failed)));
    }

    @Override
    public void endRun(DeployTarget target) {
        prisma.endRun(target);
    }
}

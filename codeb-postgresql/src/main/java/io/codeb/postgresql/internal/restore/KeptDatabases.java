package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.UserTables;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.program.RunMarks;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.Replacements;
import io.codeb.spi.engine.RollbackCheck;
import io.codeb.spi.engine.RollbackFacts;
import io.codeb.spi.engine.ServerTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts databases back that restores have replaced. Thread-safe. */
public final class KeptDatabases implements Replacements {
    public KeptDatabases() {}

    @Override
    public List<ReplacedDatabase> list(ServerTarget server, Cancellation cancellation) {
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            return admin.kept().stream().map(Kept::facts).toList();
        }
    }

    @Override
    public RollbackFacts rollBack(
            DatabaseTarget target, @Nullable String keptAs, Duration keep, Cancellation cancellation) {
        Databases.requireName(target.database(), "check the name");
        String word = RunMarks.word(target.server().tools().run());
        List<Notice> notices = new ArrayList<>();
        try (DatabaseAdmin admin = new DatabaseAdmin(target, cancellation)) {
            Kept wanted = choose(admin.kept(), target.database(), keptAs);
            String from = wanted.facts().keptAs();
            boolean exists = admin.exists(target.database());
            admin.requireThatItCanBeFreed(from);
            if (exists) {
                admin.requireThatItCanBeFreed(target.database());
            }
            String retired = exists ? RunMarks.RETIRED + word : "";
            boolean answered = LastStep.take(
                    target.database(),
                    notices,
                    () -> admin.putBack(from, target.database(), retired, keep),
                    () -> admin.isRenamed(from),
                    "database " + target.database() + " is the one that was kept as " + from + ", or that is still "
                            + from);
            Optional<ReplacedDatabase> replaced = retired.isEmpty() ? Optional.empty() : seen(admin, retired, notices);
            RollbackFacts facts =
                    RollbackFacts.of(wanted.facts()).withReplaced(replaced).withNotices(notices);
            return answered && replaced.isPresent() == exists ? facts : facts.withLeftovers();
        } catch (LastStep.UnknownOutcome e) {
            throw e.told();
        }
    }

    @Override
    public RollbackCheck compare(DatabaseTarget target, @Nullable String keptAs, Cancellation cancellation) {
        Databases.requireName(target.database(), "check the name");
        ReplacedDatabase wanted;
        try (DatabaseAdmin admin = new DatabaseAdmin(target, cancellation)) {
            wanted = choose(admin.kept(), target.database(), keptAs).facts();
        }
        Map<TableName, Long> live = rows(target, cancellation);
        Map<TableName, Long> kept = rows(target.withDatabase(wanted.keptAs()), cancellation);
        Set<TableName> all = new TreeSet<>(live.keySet());
        all.addAll(kept.keySet());
        List<RowDifference> differences = all.stream()
                .map(table -> new RowDifference(
                        table.schema(), table.name(), live.getOrDefault(table, -1L), kept.getOrDefault(table, -1L)))
                .filter(difference -> difference.live() != difference.kept())
                .toList();
        return RollbackCheck.of(wanted, differences);
    }

    /** What partitions hold is counted there. */
    private static Map<TableName, Long> rows(DatabaseTarget database, Cancellation cancellation) {
        try (PsqlLoad psql = new PsqlLoad(database, cancellation)) {
            OwnSession.begin(psql);
            List<UserTable> tables = UserTables.of(psql).values().stream()
                    .filter(table -> !table.partitioned())
                    .toList();
            Map<TableName, Long> rows = UserTables.count(psql, tables);
            psql.finish();
            return rows;
        }
    }

    /** What follows the exchange changes nothing of it. */
    private static Optional<ReplacedDatabase> seen(DatabaseAdmin admin, String retired, List<Notice> notices) {
        try {
            return admin.kept(retired);
        } catch (CodeBException e) {
            notices.add(Kept.unseen(retired, e));
            return Optional.empty();
        }
    }

    private static Kept choose(List<Kept> all, String database, @Nullable String keptAs) {
        List<Kept> candidates = all.stream()
                .filter(kept -> keptAs == null
                        ? kept.facts().database().equals(database)
                        : kept.facts().keptAs().equals(keptAs))
                .toList();
        if (candidates.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND,
                    keptAs == null
                            ? "nothing is kept that had the name " + database
                            : "no database is kept as " + keptAs,
                    "restores().replaced(project) tells what is kept; restore a backup instead");
        }
        return candidates.stream()
                .filter(kept -> keptAs != null || kept.trusted())
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        ErrorCode.PERMISSION_DENIED,
                        "what is kept as " + candidates.get(0).facts().keptAs() + " belongs neither to the owner of "
                                + database + " as it is now, nor to the user, nor to a superuser",
                        "look whose it is; if it is the right one, name it with to(…)"));
    }
}

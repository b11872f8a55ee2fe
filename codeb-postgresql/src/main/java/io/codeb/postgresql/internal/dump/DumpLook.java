package io.codeb.postgresql.internal.dump;

import io.codeb.error.Finding;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DumpMode;
import io.codeb.model.Notice;
import io.codeb.model.Selection;
import io.codeb.model.TableInfo;
import io.codeb.postgresql.internal.catalog.ChosenTables;
import io.codeb.postgresql.internal.catalog.CollationVersion;
import io.codeb.postgresql.internal.catalog.DatabaseInspector;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.postgresql.internal.catalog.DumpPrivileges;
import io.codeb.postgresql.internal.catalog.ForeignKeyOrder;
import io.codeb.postgresql.internal.catalog.FreeConnections;
import io.codeb.postgresql.internal.catalog.Inspection;
import io.codeb.postgresql.internal.catalog.InvalidIndexes;
import io.codeb.postgresql.internal.catalog.NeedsCatalog;
import io.codeb.postgresql.internal.catalog.OtherSessions;
import io.codeb.postgresql.internal.catalog.SearchPathReliance;
import io.codeb.postgresql.internal.catalog.TableSelection;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.postgresql.internal.program.PostgresVersion;
import io.codeb.postgresql.internal.program.Prerequisites;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a dump asks the server before pg_dump does, in one session.
 *
 * @param info the database and its tables
 * @param tables those that are dumped
 * @param needs what a server must have to take the dump
 * @param foreignKeys where rows alone are dumped
 * @param notices what a restore may stumble over
 * @param findings what stands in the dump's own way
 * @param collationVersion of what sorts its texts; empty where the server knows none
 * @param large whether a table of a whole database may be worth reading in pieces
 * @param connections how many more the server has room for; none where nobody wants them
 */
record DumpLook(
        Inspection info,
        ChosenTables tables,
        NeedsCatalog needs,
        @Nullable ForeignKeyOrder foreignKeys,
        List<Notice> notices,
        List<Finding> findings,
        String collationVersion,
        boolean large,
        int connections) {
    /** The catalogs of a new database of PostgreSQL 13 to 18, within a few percent. */
    private static final long EMPTY_BYTES = 7_500_000;

    /** Looks. */
    static DumpLook at(
            DatabaseTarget target,
            DumpSpec spec,
            DumpLimits limits,
            Parallelism parallelism,
            Cancellation cancellation) {
        Selection selection = spec.selection();
        try (SqlClient client = SqlClient.openForCatalog(target)) {
            Inspection info = DatabaseInspector.inspectByStatistics(client, cancellation);
            ChosenTables tables = chosenTables(client, selection, info, cancellation);
            List<Finding> findings =
                    new ArrayList<>(DumpPrivileges.findings(client, target, spec, info, tables, cancellation));
            findings.addAll(OtherSessions.findings(client, limits, tables, cancellation));
            if (selection.content() != Content.DATA_ONLY) {
                findings.addAll(InvalidIndexes.findings(client, tables, cancellation));
            }
            NeedsCatalog needs = NeedsCatalog.of(client, selection, tables, cancellation);
            List<Notice> notices = tables.scope() == ChosenTables.Scope.ONLY
                    ? List.of()
                    : SearchPathReliance.notices(client, cancellation);
            boolean rowsAlone = selection.content() == Content.DATA_ONLY
                    && !selection.options().contains("--disable-triggers");
            ForeignKeyOrder foreignKeys = rowsAlone ? ForeignKeyOrder.of(client, cancellation) : null;
            String collationVersion = CollationVersion.of(client, cancellation);
            boolean large = selection.content() == Content.FULL && large(info, tables, parallelism.bulkBytes());
            boolean wanted = spec.mode() == DumpMode.PARALLEL || (spec.mode() == DumpMode.AUTOMATIC && large);
            int connections = wanted ? FreeConnections.of(client, cancellation) : 0;
            return new DumpLook(
                    info, tables, needs, foreignKeys, notices, findings, collationVersion, large, connections);
        }
    }

    /** Looks, and at the program too: a dump need not ask it, since pg_dump refuses by itself, before it has begun. */
    static DumpCheck alone(
            DatabaseTarget target,
            DumpSpec spec,
            DumpLimits limits,
            Parallelism parallelism,
            Cancellation cancellation) {
        DumpLook look = at(target, spec, limits, parallelism, cancellation);
        Prerequisites.requireNewEnough(
                PostgresVersion.of(target, "pg_dump", cancellation), look.info().server());
        return look.check(spec);
    }

    private static ChosenTables chosenTables(
            SqlClient client, Selection selection, Inspection info, Cancellation cancellation) {
        if (selection.include().isEmpty() && selection.exclude().isEmpty()) {
            return ChosenTables.ALL;
        }
        return TableSelection.of(info.tables(), client, cancellation).choose(selection);
    }

    /** As the statistics have it; for a table that they do not know, the database must have room. */
    private static boolean large(Inspection info, ChosenTables tables, long bulkBytes) {
        boolean room = info.database().sizeBytes() >= bulkBytes;
        return info.tables().stream()
                .filter(table -> table.kind() == TableInfo.Kind.TABLE && tables.holds(table.table()))
                .anyMatch(table -> table.sizeBytes() >= bulkBytes || (table.estimatedRows() < 0 && room));
    }

    /** What the rows will take; -1 where there are none, or nobody knows. */
    long expectedBytes(DumpSpec spec) {
        return spec.selection().content() == Content.SCHEMA_ONLY ? -1 : tables.estimatedSize(info);
    }

    DumpCheck check(DumpSpec spec) {
        return DumpCheck.of(findings).withSizes(info.database().sizeBytes(), EMPTY_BYTES, expectedBytes(spec));
    }
}

package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ShortList;
import io.codeb.spi.engine.DumpFacts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands in the way of loading a dump into a database that exists. */
public final class Obstacles {
    private Obstacles() {}

    /**
     * Looks for what is in the way.
     *
     * @param psql is connected to the database
     * @param contents what is in it
     * @param dump what shall be loaded; null for one that CodeB did not write
     * @param filled the tables that a dump fills which holds rows and no definitions; null for any other
     * @return a few words on what is there, or empty when the way is free
     * @throws EngineException {@code TARGET_LACKS} when a dump of rows only fills tables that are not there
     */
    public static Optional<String> find(
            PsqlLoad psql,
            DatabaseContents contents,
            @Nullable DumpFacts dump,
            @Nullable Collection<TableName> filled) {
        if (filled != null) {
            return tableWithRows(psql, filled);
        }
        if (dump != null && !dump.selection().include().isEmpty()) {
            // Some tables may join others; one that is there already stops the script, and nothing is kept.
            return Optional.empty();
        }
        return contents.hasRoom() ? Optional.empty() : Optional.of("it has " + contents);
    }

    /** In a table of an extension there may be rows that came with the extension. */
    private static Optional<String> tableWithRows(PsqlLoad psql, Collection<TableName> filled) {
        Map<TableName, UserTable> there = UserTables.of(psql);
        List<String> missing = filled.stream()
                .filter(table -> !there.containsKey(table))
                .sorted()
                .map(TableName::toString)
                .toList();
        if (!missing.isEmpty()) {
            throw new EngineException(
                    ErrorCode.TARGET_LACKS,
                    "the dump holds rows only, and the database lacks tables for them: " + ShortList.of(missing),
                    "restore the definitions first, for example from a dump made with pg_dump --schema-only");
        }
        // A policy must not make a table look empty.
        psql.statement("SET row_security = off;");
        Set<TableName> withRows = UserTables.withRows(
                psql,
                there.values().stream()
                        .filter(table -> filled.contains(table.name()) && !table.extensions())
                        .toList());
        psql.statement("RESET row_security;");
        return withRows.stream().findFirst().map(table -> "table " + table + " has rows");
    }
}

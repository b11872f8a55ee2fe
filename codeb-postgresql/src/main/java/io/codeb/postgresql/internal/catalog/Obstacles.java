package io.codeb.postgresql.internal.catalog;

import io.codeb.model.Content;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.DumpFacts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands in the way of loading a dump into a database that exists. */
public final class Obstacles {
    private Obstacles() {}

    /**
     * Looks for what is in the way.
     *
     * @param psql is connected to the database
     * @param contents what is in it
     * @param dump what shall be loaded; null when nobody knows
     * @return a few words on what is there, or empty when the way is free
     */
    public static Optional<String> find(PsqlLoad psql, DatabaseContents contents, @Nullable DumpFacts dump) {
        if (dump != null && dump.selection().content() == Content.DATA_ONLY) {
            return tableWithRows(psql, dump.tables());
        }
        if (dump != null && !dump.selection().include().isEmpty()) {
            // Some tables may join others; one that is there already stops the script, and nothing is kept.
            return Optional.empty();
        }
        return contents.hasRoom() ? Optional.empty() : Optional.of("it has " + contents);
    }

    private static Optional<String> tableWithRows(PsqlLoad psql, List<TableRows> tables) {
        List<String> answers = psql.ask(tables.stream()
                .map(table -> "pg_catalog.count(*) FROM (SELECT 1 FROM ONLY " + SqlText.identifier(table.schema()) + "."
                        + SqlText.identifier(table.name()) + " LIMIT 1) AS any_row")
                .toList());
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).equals("0")) {
                return Optional.of("table " + tables.get(i).table() + " has rows");
            }
        }
        return Optional.empty();
    }
}

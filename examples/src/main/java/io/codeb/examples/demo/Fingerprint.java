package io.codeb.examples.demo;

import io.codeb.DatabaseService;
import io.codeb.QueryRequest;
import io.codeb.model.Cancellation;
import io.codeb.model.TableName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a table in two numbers that the server works out: no row leaves it, and the order of the rows does not
 * matter.
 *
 * @param rows how many there are
 * @param sum the sum of all rows' 64-bit hashes, in decimal digits
 */
record Fingerprint(long rows, String sum) {
    private static final Duration LIMIT = Duration.ofHours(1);

    static Fingerprint of(DatabaseService databases, String project, TableName table, Cancellation cancellation) {
        // Each row as the text of all its columns; (t.*) is the row even where a column is named t.
        String sql = "SELECT count(*), coalesce(sum(hashtextextended((t.*)::text, 0)), 0)::text FROM ONLY "
                + quoted(table.schema()) + "." + quoted(table.name()) + " AS t";
        List<@Nullable Object> row = databases
                .query(QueryRequest.of(project, sql).timeout(LIMIT), cancellation)
                .rows()
                .get(0);
        return new Fingerprint(Long.parseLong(String.valueOf(row.get(0))), String.valueOf(row.get(1)));
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}

package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.Selection;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Keeps a backup from beginning whose user does not see all rows: pg_dump would refuse, but only when it meets them.
 */
public final class RowSecurity {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;
    private static final int TOLD = 10;

    private static final String QUERY = """
            SELECT n.nspname::text, c.relname::text
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
            ORDER BY n.nspname::text COLLATE "C", c.relname::text COLLATE "C"
            """;

    private RowSecurity() {}

    /**
     * Looks for tables whose rows are hidden from the user.
     *
     * @throws EngineException {@code PERMISSION_DENIED}, naming them
     */
    public static void requireAllRows(
            SqlClient client,
            DatabaseTarget target,
            Selection selection,
            ChosenTables tables,
            Cancellation cancellation) {
        if (selection.content() == Content.SCHEMA_ONLY) {
            return;
        }
        List<TableName> hidden =
                client.query(new QuerySpec(QUERY, List.of(), ROW_LIMIT, TIMEOUT, true), cancellation).rows().stream()
                        .map(row -> new TableName(String.valueOf(row.get(0)), String.valueOf(row.get(1))))
                        .filter(tables::holds)
                        .toList();
        if (!hidden.isEmpty()) {
            throw new EngineException(
                    ErrorCode.PERMISSION_DENIED,
                    "row-level security hides rows of "
                            + hidden.stream()
                                    .limit(TOLD)
                                    .map(TableName::toString)
                                    .collect(Collectors.joining(", "))
                            + (hidden.size() > TOLD ? " and " + (hidden.size() - TOLD) + " more tables" : "")
                            + " from role " + target.user(),
                    "back up as a superuser, as a role with BYPASSRLS, or as the owner of tables that do not FORCE it;"
                            + " or leave these tables out");
        }
    }
}

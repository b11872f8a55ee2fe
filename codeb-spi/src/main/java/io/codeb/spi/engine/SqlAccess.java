package io.codeb.spi.engine;

import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.model.TableInfo;
import java.util.List;

/**
 * What an engine can do beside its duty when its databases speak SQL. Stateless and thread-safe. {@code
 * SqlEngineContract} in codeb-tck is this text as runnable tests.
 */
public interface SqlAccess {
    /**
     * Runs one statement.
     *
     * @param target where
     * @param query the statement, its parameters and limits
     * @param cancellation ends it early
     * @return its rows
     * @throws io.codeb.error.EngineException when the server refuses it
     */
    QueryResult query(DatabaseTarget target, QuerySpec query, Cancellation cancellation);

    /**
     * Lists the tables of a database.
     *
     * @param target where it is
     * @param cancellation ends it early
     * @return in the order of their names
     */
    List<TableInfo> tables(DatabaseTarget target, Cancellation cancellation);
}

package io.codeb;

import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.QueryResult;
import io.codeb.model.TableInfo;
import java.util.List;

/** Looks into the databases of projects. Thread-safe. */
public interface DatabaseService {
    /**
     * Looks at a project's database.
     *
     * @param project its name
     * @return version, size, encoding, owner, extensions, tables
     */
    DatabaseInfo inspect(String project);

    /**
     * Lists the tables of a project's database.
     *
     * @param project its name
     * @return in the order of their names
     * @throws io.codeb.error.ConfigException when the project's engine does not speak SQL
     */
    List<TableInfo> tables(String project);

    /**
     * Runs one statement.
     *
     * @param request the statement and its limits
     * @param cancellation ends it early
     * @return its rows
     * @throws io.codeb.error.EngineException when the server refuses it
     * @throws io.codeb.error.ConfigException when the project's engine does not speak SQL
     */
    QueryResult query(QueryRequest request, Cancellation cancellation);

    /**
     * Runs one statement.
     *
     * @param request the statement and its limits
     * @return its rows
     */
    default QueryResult query(QueryRequest request) {
        return query(request, new Cancellation());
    }
}

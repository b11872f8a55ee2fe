package io.codeb.postgresql.internal.sql;

import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import java.util.List;

/** Runs statements on one database. Used by one thread at a time. What it answers does not depend on how it does so. */
public interface SqlClient extends AutoCloseable {
    /**
     * Finds a way to the database: a connection of this process where the server lets it have one, else psql beside the
     * server.
     *
     * @param target where the database is
     * @return a client, to be closed
     */
    static SqlClient open(DatabaseTarget target) {
        return open(target, List.of());
    }

    /**
     * The same for questions to the catalog. They are long and their tables small: the server takes many times longer
     * to compile such a query than to answer it, and does so by itself where many objects make it look costly.
     *
     * @param target where the database is
     * @return a client, to be closed
     */
    static SqlClient openForCatalog(DatabaseTarget target) {
        return open(target, List.of("SET jit = off"));
    }

    private static SqlClient open(DatabaseTarget target, List<String> settings) {
        JdbcClient direct = JdbcClient.connect(target, settings);
        return direct == null ? new PsqlClient(target, settings) : direct;
    }

    /**
     * Runs one statement in a transaction of its own. After a query that was cancelled, or whose answer was too large,
     * the client is only good for closing.
     *
     * @throws io.codeb.error.EngineException when the text is no single statement or the server refuses it
     */
    QueryResult query(QuerySpec query, Cancellation cancellation);

    /** Releases what it holds. Idempotent, never throws. */
    @Override
    void close();
}

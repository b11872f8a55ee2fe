package io.codeb.postgresql.internal.sql;

import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.postgresql.internal.program.LoadSession;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import java.util.List;

/** Runs statements on one database. Used by one thread at a time. What it answers does not depend on how it does so. */
public interface SqlClient extends AutoCloseable {
    /** Settings of a session that asks the catalog. */
    List<String> NO_JIT = List.of("SET jit = off");

    /**
     * Finds a way to the database: a connection of this process where the server lets it have one, else psql beside the
     * server.
     *
     * @param target where the database is
     * @return a client, to be closed
     */
    static SqlClient open(DatabaseTarget target) {
        return open(target, List.of(), JdbcClient.Proof.NONE);
    }

    /**
     * The same for questions to the catalog. They are long and their tables small: the server takes many times longer
     * to compile such a query than to answer it, and does so by itself where many objects make it look costly.
     *
     * @param target where the database is
     * @return a client, to be closed
     */
    static SqlClient openForCatalog(DatabaseTarget target) {
        return open(target, NO_JIT, JdbcClient.Proof.NONE);
    }

    /**
     * The same, of the very server that a session is with.
     *
     * @param target the session's database
     * @param beside stands between two statements
     * @return a client, to be closed
     */
    static SqlClient openForCatalog(DatabaseTarget target, LoadSession beside) {
        return open(target, NO_JIT, connection -> ServerMark.on(beside).isSeenOver(connection));
    }

    /**
     * The same for statements that change something: what is answered is on the disk, also where the server does not
     * wait for that by itself. They are for the database that psql finds beside the server, and for none that is only
     * said to be there.
     *
     * @param target where the database is
     * @param cancellation ends the proof of that early
     * @return a client, to be closed
     */
    static SqlClient openForChanges(DatabaseTarget target, Cancellation cancellation) {
        return open(target, List.of(OwnSession.DURABLE), connection -> {
            try (PsqlLoad psql = new PsqlLoad(target, cancellation)) {
                boolean seen = ServerMark.on(psql).isSeenOver(connection);
                psql.finish();
                return seen;
            }
        });
    }

    private static SqlClient open(DatabaseTarget target, List<String> settings, JdbcClient.Proof proof) {
        JdbcClient direct = JdbcClient.connect(target, settings, proof);
        return direct == null ? new PsqlClient(target, settings) : direct;
    }

    /**
     * Runs one statement in a transaction of its own. After a query that was cancelled, or whose answer was too large,
     * the client is only good for closing.
     *
     * @throws io.codeb.error.EngineException when the text is no single statement or the server refuses it
     */
    QueryResult query(QuerySpec query, Cancellation cancellation);

    /** Whether it is a connection of this process. */
    boolean isDirect();

    /** Releases what it holds. Idempotent, never throws. */
    @Override
    void close();
}

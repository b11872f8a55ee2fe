/** The engine {@code postgresql}. */
@SuppressWarnings("requires-automatic") // pgjdbc has a name in its manifest, which it keeps
module io.codeb.postgresql {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;

    exports io.codeb.postgresql;

    // Jackson makes and reads what the engine notes of a database.
    opens io.codeb.postgresql.internal.catalog to
            com.fasterxml.jackson.databind;

    provides io.codeb.spi.engine.DatabaseEngineProvider with
            io.codeb.postgresql.PostgresEngineProvider;
}

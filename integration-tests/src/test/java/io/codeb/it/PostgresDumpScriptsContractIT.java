package io.codeb.it;

import io.codeb.model.Cancellation;
import io.codeb.model.DumpMode;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.model.TableRows;
import io.codeb.postgresql.PostgresEngineProvider;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.engine.DumpScriptsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One script of an archive and pieces, by the pg_restore that is here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresDumpScriptsContractIT extends DumpScriptsContract {
    private static final List<String> TABLES = List.of("large", "small");

    private final ContainerRuntime host = Installed.runtime("host", ProviderConfig.of("host"));
    private final DatabaseEngine engine = new PostgresEngineProvider()
            .create(ProviderConfig.of("postgresql")
                    .withOption("bulk-table", "1")
                    .withOption("piece", "1"));
    private final HostPostgres server = HostPostgres.start();

    @TempDir
    Path directory;

    @BeforeAll
    void makeDatabase() {
        server.sql("postgres", "CREATE DATABASE app");
        server.sql(
                "app",
                "CREATE TABLE large AS SELECT g AS id, repeat(md5(g::text), 10) AS v FROM generate_series(1, 10000) g;"
                        + " ALTER TABLE large ADD PRIMARY KEY (id); CREATE TABLE small AS SELECT 1 AS id;"
                        + " ALTER TABLE small ADD FOREIGN KEY (id) REFERENCES large");
    }

    @AfterAll
    void stop() {
        server.close();
        host.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
    }

    private static ServerTarget at(ToolHost tools, int port) {
        return ServerTarget.of(tools, port, HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                .withHost(HostPostgres.HOST);
    }

    private ToolHost tools() {
        return ToolHost.of(host, "host").withDirectory(server.programs().toString());
    }

    @Override
    protected DatabaseEngine engine() {
        return engine;
    }

    @Override
    protected DumpFacts dump(DumpOutput output) {
        return engine.dump(
                at(tools(), server.port()).database("app"),
                DumpSpec.of(Selection.EVERYTHING).withMode(DumpMode.PARALLEL),
                output,
                new Cancellation());
    }

    @Override
    protected DatabaseTarget nowhere() {
        return at(tools(), 1).database("nobody");
    }

    @Override
    protected DatabaseTarget withoutPrograms() {
        return at(ToolHost.of(host, "host").withDirectory("/nowhere"), server.port())
                .database("app");
    }

    @Override
    protected List<TableRows> load(byte[] script) {
        try {
            Path file = Files.write(directory.resolve("dump.sql"), script);
            server.sql("postgres", "DROP DATABASE IF EXISTS copy");
            server.sql("postgres", "CREATE DATABASE copy");
            server.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.toString(), "-d", "copy");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return TABLES.stream()
                .map(table -> new TableRows(
                        "public", table, Long.parseLong(server.sql("copy", "SELECT count(*) FROM " + table))))
                .toList();
    }
}

package io.codeb.tck.engine;

import static java.util.Objects.requireNonNull;

import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.tck.engine.Notebooks.Page;
import io.codeb.tck.fault.ScriptedRuntime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The contract of engines can be kept without SQL, without programs, and with other words for tables. */
class NotebooksTest extends DatabaseEngineContract {
    private final Notebooks engine = new Notebooks();

    @Override
    protected DatabaseEngine engine() {
        return engine;
    }

    @Override
    protected DatabaseTarget target(String database) {
        ToolHost tools = ToolHost.of(
                ScriptedRuntime.answering(command -> {
                    throw new AssertionError("there are no programs");
                }),
                "shelf");
        return ServerTarget.of(tools, 3, Notebooks.USER, Secret.of(Notebooks.PASSWORD))
                .database(database);
    }

    @Override
    protected void createDatabase(String database) {
        engine.notebooks().put(database, new TreeMap<>());
    }

    @Override
    protected void dropDatabase(String database) {
        engine.notebooks().remove(database);
    }

    @Override
    protected Set<String> databases() {
        return Set.copyOf(engine.notebooks().keySet());
    }

    @Override
    protected void createTable(String database, String table) {
        pages(database).put(table, new Page());
    }

    @Override
    protected void insert(String database, String table, Map<Integer, @Nullable String> rows) {
        requireNonNull(pages(database).get(table)).putAll(rows);
    }

    @Override
    protected Map<Integer, @Nullable String> rows(String database, String table) {
        return new TreeMap<>(requireNonNull(pages(database).get(table)));
    }

    private Map<String, Page> pages(String database) {
        return requireNonNull(engine.notebooks().get(database));
    }
}

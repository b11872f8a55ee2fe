package io.codeb.internal.service;

import io.codeb.DatabaseService;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.error.ConfigException;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.QueryResult;
import io.codeb.model.TableInfo;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.SqlAccess;
import java.util.List;

/** Looks into databases through their engines. */
public final class StandardDatabaseService implements DatabaseService {
    private final Workspace workspace;

    /**
     * Makes the service.
     *
     * @param workspace what all services share
     */
    public StandardDatabaseService(Workspace workspace) {
        this.workspace = workspace;
    }

    @Override
    public DatabaseInfo inspect(String project) {
        Project known = workspace.project(project);
        return workspace.engine(known.engine()).inspect(workspace.target(known), new Cancellation());
    }

    @Override
    public List<TableInfo> tables(String project) {
        Project known = workspace.project(project);
        return sql(known).tables(workspace.target(known), new Cancellation());
    }

    private SqlAccess sql(Project project) {
        return workspace
                .engine(project.engine())
                .sql()
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " is of the engine " + project.engine()
                                + ", which does not speak SQL",
                        "ask its server with a program of its own"));
    }

    @Override
    public QueryResult query(QueryRequest request, Cancellation cancellation) {
        Project known = workspace.project(request.project());
        DatabaseTarget target = workspace.target(known);
        return sql(known)
                .query(
                        target.withDatabase(request.database().orElse(target.database())),
                        new QuerySpec(
                                request.sql(),
                                request.parameters(),
                                request.limit(),
                                request.timeout(),
                                request.readOnly()),
                        cancellation);
    }
}

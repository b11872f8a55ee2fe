package io.codeb.internal.service;

import io.codeb.CleanUpReport;
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
final class StandardDatabaseService implements DatabaseService {
    private final Projects projects;
    private final Leftovers leftovers;

    StandardDatabaseService(Projects projects, Leftovers leftovers) {
        this.projects = projects;
        this.leftovers = leftovers;
    }

    @Override
    public DatabaseInfo inspect(String project, Cancellation cancellation) {
        Project known = projects.get(project);
        return projects.engine(known).inspect(projects.target(known), cancellation);
    }

    @Override
    public List<TableInfo> tables(String project, Cancellation cancellation) {
        Project known = projects.get(project);
        return sql(known).tables(projects.target(known), cancellation);
    }

    private SqlAccess sql(Project project) {
        return projects.engine(project)
                .sql()
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " is of the engine "
                                + project.engine().id() + ", which does not speak SQL",
                        "ask its server with a program of its own"));
    }

    @Override
    public QueryResult query(QueryRequest request, Cancellation cancellation) {
        Project known = projects.get(request.project());
        DatabaseTarget target = projects.target(known);
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

    @Override
    public CleanUpReport cleanUp(String project, Cancellation cancellation) {
        return leftovers.cleanUp(projects.get(project), cancellation);
    }
}

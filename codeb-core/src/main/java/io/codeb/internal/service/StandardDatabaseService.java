package io.codeb.internal.service;

import io.codeb.CleanUpReport;
import io.codeb.CreateRequest;
import io.codeb.DatabaseService;
import io.codeb.DropRequest;
import io.codeb.DumpRequest;
import io.codeb.DumpResult;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.QueryResult;
import io.codeb.model.ServerDatabase;
import io.codeb.model.TableInfo;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.SqlAccess;
import java.util.List;

/** Looks into databases, makes and drops them, through their engines. */
final class StandardDatabaseService implements DatabaseService {
    private final Projects projects;
    private final Leftovers leftovers;
    private final StreamedDumps dumps;

    StandardDatabaseService(Projects projects, Leftovers leftovers, StreamedDumps dumps) {
        this.projects = projects;
        this.leftovers = leftovers;
        this.dumps = dumps;
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

    private ServerDatabases databases(Project project) {
        return projects.engine(project)
                .databases()
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " is of the engine "
                                + project.engine().id() + ", which does not list, make or drop databases",
                        "use a program of its server's"));
    }

    @Override
    public List<ServerDatabase> list(String project, Cancellation cancellation) {
        Project known = projects.get(project);
        return databases(known).list(projects.target(known).server(), cancellation);
    }

    @Override
    public ServerDatabase create(CreateRequest request, Cancellation cancellation) {
        Project known = projects.get(request.project());
        CreateSpec spec = CreateSpec.of(request.database(), request.timeout())
                .withOwner(request.owner().orElse(null))
                .withText(request.encoding().orElse(null), request.locale().orElse(null))
                .withTemplate(request.template().orElse(null));
        return databases(known).create(projects.target(known).server(), spec, cancellation);
    }

    @Override
    public ServerDatabase drop(DropRequest request, Cancellation cancellation) {
        Project known = projects.get(request.project());
        ServerDatabases databases = databases(known);
        ServerTarget server = projects.target(known).server();
        ServerDatabase found = databases
                .find(server, request.database(), cancellation)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.DATABASE_NOT_FOUND,
                        "there is no database " + request.database(),
                        "databases().list(project) tells which there are"));
        if (found.name().equals(known.database()) && !request.dropsOwn()) {
            throw new EngineException(
                    ErrorCode.DATABASE_PROTECTED,
                    "database " + found.name() + " is the one that project " + known.name() + " is about",
                    "say ownToo() where it is meant to be dropped all the same");
        }
        found.run().filter(leftovers::goesOn).ifPresent(run -> {
            throw new LockedException(
                    "database " + found.name() + " is of run " + run + ", which goes on",
                    "wait for the run, or end it");
        });
        databases.drop(
                server,
                DropSpec.of(request.database(), request.timeout()).withDisconnecting(request.disconnects()),
                cancellation);
        return found;
    }

    @Override
    public DumpResult dump(DumpRequest request, Cancellation cancellation) {
        return dumps.write(request, cancellation);
    }

    @Override
    public CleanUpReport cleanUp(String project, Cancellation cancellation) {
        return leftovers.cleanUp(projects.get(project), cancellation);
    }
}

package io.codeb.postgresql.internal.sql;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.LastLook;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements through psql, where the database's programs are: one psql for all of them, started by the first.
 *
 * <p>The caller's SQL goes to psql within a string, whose value psql then sends on as it is ({@code \gexec}): psql
 * itself never reads it, so there is no command and no variable in it to obey.
 */
final class PsqlClient implements SqlClient {
    private static final Logger LOG = LoggerFactory.getLogger(PsqlClient.class);
    private static final String PROGRAM = "psql";
    private static final int BUFFER_SIZE = 64 * 1024;

    /** For psql to start and to connect, beyond the time that the statement has. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final DatabaseTarget target;
    private final List<String> settings;
    private @Nullable Running running;

    /**
     * @param target where the database is
     * @param settings statements that run before each query
     */
    PsqlClient(DatabaseTarget target, List<String> settings) {
        this.target = target;
        this.settings = settings;
    }

    /**
     * A psql that waits for the next statement.
     *
     * @param session its streams
     * @param patience for how long it may be silent
     * @param cancellation what ends it early
     */
    private record Running(ExecSession session, Duration patience, Cancellation cancellation) {
        boolean serves(Duration wanted, Cancellation by) {
            return patience.equals(wanted) && cancellation == by;
        }
    }

    @Override
    public QueryResult query(QuerySpec query, Cancellation cancellation) {
        SqlStatement statement = SqlStatement.of(query);
        String mark = "codeb-" + UUID.randomUUID();
        Duration patience = query.timeout().plus(GRACE);
        boolean answered = false;
        LastLook look = new LastLook(target, query.timeout());
        try (look) {
            ExecSession session = running(patience, cancellation).session();
            CodeBException notWritten = write(session.stdin(), script(statement, mark));
            QueryResult result = new Output(query, statement, mark, look).read(session.stdout());
            if (notWritten != null) {
                throw notWritten;
            }
            answered = true;
            return result;
        } catch (CommandFailedException | ContainerException e) {
            throw e.code() == ErrorCode.EXEC_IDLE ? look.silence(patience, e) : look.told(Diagnosis.of(PROGRAM, e));
        } finally {
            if (!answered) {
                kill();
            }
        }
    }

    private Running running(Duration patience, Cancellation cancellation) {
        Running known = running;
        if (known != null && known.serves(patience, cancellation)) {
            return known;
        }
        close();
        ExecSpec command = LibpqEnvironment.command(
                        target, PROGRAM, List.of("-X", "-q", "--csv", "--no-password", "-v", "ON_ERROR_STOP=1"))
                .withStdin()
                .withIdleLimit(patience);
        Running started =
                new Running(target.runtime().exec(target.container(), command, cancellation), patience, cancellation);
        running = started;
        return started;
    }

    /**
     * A psql that could not connect is gone before it has read anything; its output then says more than this failure.
     */
    private static @Nullable CodeBException write(ByteSink stdin, String script) {
        try {
            stdin.write(ByteBuffer.wrap(script.getBytes(StandardCharsets.UTF_8)));
            return null;
        } catch (CodeBException e) {
            return e;
        }
    }

    /** The last mark is a query's answer, which psql does not keep back as it does what it is told to echo. */
    private String script(SqlStatement statement, String mark) {
        StringBuilder script = new StringBuilder()
                .append("\\set VERBOSITY verbose\n\\set SHOW_CONTEXT never\n\\pset tuples_only on\nSELECT '")
                .append(servedByMark(mark))
                .append("', pg_catalog.pg_backend_pid();\n\\pset tuples_only off\n\\pset null ")
                .append(nullMark(mark))
                .append('\n');
        settings.forEach(setting -> appendSilent(script, setting));
        statement.begin().forEach(setting -> appendSilent(script, setting));
        String prepare = statement.prepare();
        if (prepare == null) {
            script.append("\\echo ").append(mark).append('\n');
            append(script, statement.execute());
        } else {
            script.append("\\pset tuples_only on\n");
            append(script, prepare);
            script.append(statement.execute())
                    .append(" \\gdesc\n\\echo ")
                    .append(mark)
                    .append('\n');
            script.append(statement.execute()).append(";\n");
        }
        return script.append(statement.end())
                .append(";\nDEALLOCATE ALL;\n\\pset tuples_only on\nSELECT '")
                .append(mark)
                .append("';\n")
                .toString();
    }

    private static void appendSilent(StringBuilder script, String setting) {
        script.append(setting).append(" \\g /dev/null\n");
    }

    private static void append(StringBuilder script, String sql) {
        script.append("SELECT ").append(SqlText.literal(sql)).append(" \\gexec\n");
    }

    /**
     * Reads what psql writes: which process of the server serves it, the columns where the statement could be
     * described, a mark, the rows, a mark.
     */
    private static final class Output {
        /** How psql describes a statement that answers nothing; it has a comma in it. */
        private static final List<String> NO_COLUMNS =
                List.of("The command has no result", " or the result has no columns.");

        private final SqlStatement statement;
        private final String mark;
        private final ResultRows rows;
        private final LastLook look;
        private final CsvReader reader = new CsvReader(this::take);
        private int marks;

        Output(QuerySpec query, SqlStatement statement, String mark, LastLook look) {
            this.look = look;
            this.statement = statement;
            this.mark = mark;
            this.rows = new ResultRows(query.rowLimit());
        }

        QueryResult read(ByteSource source) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
            while (marks < 2 && source.read(buffer.clear()) != ByteSource.END) {
                reader.read(buffer.array(), 0, buffer.position());
                if (reader.held() > ResultRows.TEXT_LIMIT) {
                    throw ResultRows.tooLarge(null);
                }
            }
            if (marks != 2 || !reader.isBetweenRecords()) {
                throw new IntegrityException(ErrorCode.TRUNCATED, "psql's answer has no end", "run the query again");
            }
            return rows.result();
        }

        private void take(List<String> fields) {
            if (fields.size() == 1 && fields.get(0).equals(mark)) {
                marks++;
            } else if (marks == 0 && fields.get(0).equals(servedByMark(mark))) {
                checkWidth(fields, 2);
                look.servedBy(processId(fields.get(1)));
            } else if (marks == 0) {
                describe(fields);
            } else if (rows.columnCount() == 0 && statement.prepare() == null) {
                fields.forEach(name -> rows.addColumn(name, new ColumnType(statement.reportType())));
            } else if (rows.columnCount() > 0) {
                // What has no columns has rows all the same, as empty lines.
                addRow(fields);
            }
        }

        private void describe(List<String> fields) {
            if (!fields.equals(NO_COLUMNS)) {
                checkWidth(fields, 2);
                rows.addColumn(fields.get(0), ColumnType.described(fields.get(1)));
            }
        }

        private void addRow(List<String> fields) {
            checkWidth(fields, rows.columnCount());
            List<@Nullable String> values = new ArrayList<>(fields.size());
            for (String field : fields) {
                values.add(field.equals(nullMark(mark)) ? null : field);
            }
            rows.addRow(values);
        }

        private static int processId(String number) {
            try {
                return Integer.parseInt(number);
            } catch (NumberFormatException e) {
                throw new IntegrityException(
                        ErrorCode.CORRUPT,
                        "psql says that the server's process is '" + number + "'",
                        "look at what wraps or replaces psql there",
                        e);
            }
        }

        private static void checkWidth(List<String> fields, int width) {
            if (fields.size() != width) {
                throw new IntegrityException(
                        ErrorCode.CORRUPT,
                        "psql's answer has a line of " + fields.size() + " fields where " + width + " are due",
                        "look at what wraps or replaces psql there");
            }
        }
    }

    /** Nobody can guess it, so that no value is taken for a null. */
    private static String nullMark(String mark) {
        return mark + "-null";
    }

    private static String servedByMark(String mark) {
        return mark + "-served-by";
    }

    /** psql ends by itself when there is nothing more to read; to kill it would take a command more. */
    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public void close() {
        Running ending = running;
        running = null;
        if (ending == null) {
            return;
        }
        try (ExecSession session = ending.session()) {
            session.stdin().finish();
            session.await();
        } catch (CodeBException e) {
            LOG.debug("psql did not end well after all its answers", e);
        }
    }

    private void kill() {
        Running ending = running;
        running = null;
        if (ending != null) {
            ending.session().close();
        }
    }
}

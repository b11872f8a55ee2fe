package io.codeb.postgresql.internal.sql;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.postgresql.internal.program.Diagnosis;
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

/**
 * Runs statements through psql, where the database's programs are.
 *
 * <p>The caller's SQL goes to psql within a string, whose value psql then sends on as it is ({@code \gexec}): psql
 * itself never reads it, so there is no command and no variable in it to obey.
 */
final class PsqlClient implements SqlClient {
    private static final String PROGRAM = "psql";
    private static final int BUFFER_SIZE = 64 * 1024;

    /** For psql to start and to connect, beyond the time that the statement has. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final DatabaseTarget target;

    PsqlClient(DatabaseTarget target) {
        this.target = target;
    }

    @Override
    public QueryResult query(QuerySpec query, Cancellation cancellation) {
        SqlStatement statement = SqlStatement.of(query);
        String mark = "codeb-" + UUID.randomUUID();
        ExecSpec command = LibpqEnvironment.apply(
                        ExecSpec.of(LibpqEnvironment.tool(
                                target, PROGRAM, "-X", "-q", "--csv", "--no-password", "-v", "ON_ERROR_STOP=1")),
                        target)
                .withStdin()
                .withIdleLimit(query.timeout().plus(GRACE));
        try (ExecSession session = target.runtime().exec(target.container(), command, cancellation)) {
            CodeBException notWritten = write(session.stdin(), script(statement, mark));
            QueryResult result = new Output(query, statement, mark).read(session.stdout());
            if (notWritten != null) {
                throw notWritten;
            }
            return result;
        } catch (CommandFailedException e) {
            throw Diagnosis.of(PROGRAM, e);
        } catch (ContainerException e) {
            throw Diagnosis.of(PROGRAM, e);
        }
    }

    /**
     * A psql that could not connect is gone before it has read anything; its output then says more than this failure.
     */
    private static @Nullable CodeBException write(ByteSink stdin, String script) {
        try {
            stdin.write(ByteBuffer.wrap(script.getBytes(StandardCharsets.UTF_8)));
            stdin.finish();
            return null;
        } catch (CodeBException e) {
            return e;
        }
    }

    private static String script(SqlStatement statement, String mark) {
        StringBuilder script = new StringBuilder()
                .append("\\set VERBOSITY verbose\n\\set SHOW_CONTEXT never\n\\pset null ")
                .append(nullMark(mark))
                .append('\n');
        for (String setting : statement.begin()) {
            script.append(setting).append(" \\g /dev/null\n");
        }
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
                .append(";\n\\echo ")
                .append(mark)
                .append('\n')
                .toString();
    }

    private static void append(StringBuilder script, String sql) {
        script.append("SELECT ").append(SqlText.literal(sql)).append(" \\gexec\n");
    }

    /** Reads what psql writes: the columns where the statement could be described, a mark, the rows, a mark. */
    private static final class Output {
        /** How psql describes a statement that answers nothing; it has a comma in it. */
        private static final List<String> NO_COLUMNS =
                List.of("The command has no result", " or the result has no columns.");

        private final SqlStatement statement;
        private final String mark;
        private final ResultRows rows;
        private final CsvReader reader = new CsvReader(this::take);
        private int marks;

        Output(QuerySpec query, SqlStatement statement, String mark) {
            this.statement = statement;
            this.mark = mark;
            this.rows = new ResultRows(query.rowLimit());
        }

        QueryResult read(ByteSource source) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
            while (source.read(buffer.clear()) != ByteSource.END) {
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

    @Override
    public void close() {
        // Each query has a psql of its own.
    }
}

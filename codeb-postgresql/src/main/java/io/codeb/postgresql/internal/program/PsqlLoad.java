package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.ScriptHeads;
import io.codeb.postgresql.internal.script.ScriptLines;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.tool.ToolSession;
import io.codeb.spi.tool.ToolSession.Line;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation with psql: a script of any length goes in, and between its parts questions are asked whose answers
 * come back on stdout, marked by a word that no script can know. So psql is known to have come as far as the last
 * answer.
 *
 * <p>Used by one thread.
 */
public final class PsqlLoad implements LoadSession {
    /** No start-up file, no decoration, the first error ends it, messages with SQLSTATE and line. */
    public static final List<String> ARGUMENTS = List.of(
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--no-password",
            "--set=ON_ERROR_STOP=1",
            "--set=VERBOSITY=verbose",
            "--set=SHOW_CONTEXT=errors",
            "--file=-");

    private static final Logger LOG = LoggerFactory.getLogger(PsqlLoad.class);

    /** A script of millions of statements that fail is no reason to keep millions of notices. */
    private static final int MAX_NOTICES = 100;

    /** Marks the line that says which process of the server serves the session, so that it can be asked about there. */
    private static final String SERVED_BY = "@";

    private final ToolSession session;
    private final @Nullable Watch watch;
    private final Cancellation.Registration registration;
    private final String marker;
    private final ScriptLines lines = new ScriptLines();
    private @Nullable ScriptHeads heads;

    /** How the statement begins that is run by itself. */
    private @Nullable String alone;

    private final List<Notice> notices = new ArrayList<>();
    private final Queue<TableName> filled = new ConcurrentLinkedQueue<>();
    private final Map<TableName, Long> taken = new ConcurrentHashMap<>();

    /**
     * Starts psql.
     *
     * @param target which database
     * @param cancellation ends it early
     */
    public PsqlLoad(DatabaseTarget target, Cancellation cancellation) {
        this(target, cancellation, WatchTimes.USUAL);
    }

    /** One that is watched more or less patiently; not at all where there are no times. */
    PsqlLoad(DatabaseTarget target, Cancellation cancellation, @Nullable WatchTimes times) {
        this.marker = "codeb-" + HexFormat.of().formatHex(random(16));
        Cancellation ending = new Cancellation();
        this.registration =
                cancellation.onCancel(() -> ending.cancel(cancellation.reason().orElse("")));
        try {
            this.session = ToolSession.start(
                    target.server().tools(), LibpqEnvironment.command(target, "psql", ARGUMENTS), this::hear, ending);
        } catch (RuntimeException | Error e) {
            registration.close();
            throw e;
        }
        this.watch = times == null ? null : new Watch(target, ending, times);
        try {
            statement("SELECT '" + marker + SERVED_BY + "', pg_catalog.pg_backend_pid();");
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** One of which nobody asks what it waits for: the one that asks so. */
    static PsqlLoad unwatched(DatabaseTarget target, Cancellation cancellation) {
        return new PsqlLoad(target, cancellation, null);
    }

    public static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Where the scanner of the script keeps what an error will be told with. */
    private ScriptHeads heads() {
        if (heads == null) {
            heads = new ScriptHeads();
        }
        return heads;
    }

    @Override
    public ScriptScanner scanner(ScriptRules rules) {
        return new ScriptScanner(rules, heads());
    }

    /** Hands a piece of script to psql. Blocks while psql is busy. */
    @Override
    public void pass(ByteBuffer script) {
        lines.script(script);
        write(script);
    }

    /** Runs a statement and waits for its end: what it may fail with becomes a notice, anything else ends the run. */
    @Override
    public void tolerate(ByteBuffer statement, Set<String> sqlStates, String what) {
        // Within a transaction psql sets a savepoint, so that the transaction survives the statement.
        statement("\\set ON_ERROR_STOP 0\n\\set ON_ERROR_ROLLBACK on");
        pass(statement);
        long line = lines.psqlLine();
        // Now: lines of our own come behind it in the same line.
        long scriptLine = lines.scriptLine(line);
        lines.forgive();
        statement("\n\\echo " + marker + "|:ERROR|:SQLSTATE|:LAST_ERROR_MESSAGE");
        String[] outcome = lines(Limit.NONE).get(0).text().split("\\|", 3);
        statement("\\set ON_ERROR_ROLLBACK off\n\\set ON_ERROR_STOP 1");
        if (!outcome[0].equals("true")) {
            return;
        }
        ServerError error = new ServerError(line, outcome[1], outcome[2], "", "", "");
        if (!sqlStates.contains(error.state())) {
            throw LoadFailure.of(error, scriptLine, what, null);
        }
        addNotice(new Notice(
                "tolerated-error", what + " in line " + scriptLine + " of the script did nothing: " + error.message()));
    }

    /** Lets psql tell how many rows the server has taken, and does not wait for it. */
    @Override
    public void rowsEnded(TableName table) {
        filled.add(table);
        statement("\\echo " + marker + "#:ROW_COUNT");
    }

    @Override
    public Map<TableName, Long> taken() {
        return Map.copyOf(taken);
    }

    @Override
    public void dropped(long count) {
        lines.dropped(count);
    }

    @Override
    public void notice(String notice) {
        addNotice(new Notice("left-out", notice));
    }

    private void addNotice(Notice notice) {
        if (notices.size() < MAX_NOTICES) {
            notices.add(notice);
        } else if (notices.size() == MAX_NOTICES) {
            notices.add(new Notice("more-notices", "there was more of this kind, which is not told"));
        }
    }

    /** What did not stop the script so far. */
    public List<Notice> notices() {
        return List.copyOf(notices);
    }

    @Override
    public void statement(String sql) {
        String text = sql + "\n";
        lines.own(text.chars().filter(c -> c == '\n').count());
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Runs a statement by itself, and waits for its end.
     *
     * @param sql a whole statement
     * @param head how it begins, for what it may fail with
     */
    public void run(byte[] sql, String head) {
        alone = head;
        lines.own(IntStream.range(0, sql.length).filter(i -> sql[i] == '\n').count());
        write(ByteBuffer.wrap(sql));
        statement("");
        ask(List.of());
        alone = null;
    }

    private void write(ByteBuffer script) {
        watched(Limit.NONE, () -> {
            session.write(script);
            return script;
        });
    }

    private <T> T watched(Limit limit, Supplier<T> work) {
        Watch watching = watch;
        if (watching == null) {
            return inTerms(work);
        }
        watching.begin(limit);
        T answer;
        try {
            answer = inTerms(work);
        } catch (CodeBException e) {
            throw watching.told(e);
        } finally {
            watching.end();
        }
        watching.requireNotExpired();
        return answer;
    }

    private <T> T inTerms(Supplier<T> work) {
        try {
            return work.get();
        } catch (CodeBException e) {
            throw told(e);
        }
    }

    @Override
    public List<String> ask(List<String> queries) {
        return ask(queries, Limit.NONE);
    }

    /**
     * Asks psql, as {@link #ask(List)} does, and waits only so long.
     *
     * @param queries what stands behind SELECT, as there
     * @param limit for them and all before them
     * @return the rows, as there
     * @throws EngineException {@code QUERY_TIMEOUT} with what the server waits for; this psql is good for nothing then
     */
    public List<String> ask(List<String> queries, Limit limit) {
        for (String query : queries) {
            statement("SELECT '" + marker + "', " + query + ";");
        }
        return answers(limit);
    }

    /**
     * Asks psql what a query answers.
     *
     * @param query what stands behind SELECT; answers what stands behind SELECT in as many queries
     * @return their rows, as {@link #ask(List)} does
     */
    public List<String> askWhatItAnswers(String query) {
        statement("SELECT 'SELECT ''" + marker + "'', ' || " + query + " \\gexec");
        return answers(Limit.NONE);
    }

    private List<String> answers(Limit limit) {
        List<String> answers = new ArrayList<>();
        for (Line line : lines(limit)) {
            if (!line.whole()) {
                throw new EngineException(
                        ErrorCode.COMMAND_FAILED,
                        "psql answers with a line of more than " + ToolSession.MAX_LINE_BYTES + " bytes",
                        "");
            }
            answers.add(line.text());
        }
        return answers;
    }

    private List<Line> lines(Limit limit) {
        statement("SELECT '" + marker + ".';");
        return watched(limit, this::linesUpToTheMark);
    }

    private List<Line> linesUpToTheMark() {
        List<Line> answers = new ArrayList<>();
        while (true) {
            Line next = session.next()
                    .orElseThrow(() -> new ContainerException(
                            ErrorCode.EXEC_LOST, "psql ended before it answered", "run it again"));
            if (next.text().startsWith(marker + "|")) {
                answers.add(new Line(next.text().substring(marker.length() + 1), next.whole()));
            } else if (next.text().equals(marker + ".")) {
                return answers;
            }
        }
    }

    /**
     * Ends the conversation, and proves that psql went through all of it: it answers the last question only then. What
     * goes wrong after that answer changes nothing any more.
     */
    @Override
    public void finish() {
        ask(List.of());
        try {
            session.finish();
            while (session.next().isPresent()) {
                // What psql says after the last answer is of no interest.
            }
        } catch (CodeBException e) {
            LOG.debug("psql did not end well after all was done", told(e));
        }
    }

    /** A failure in the terms of the script where it is an error of the server's. */
    private CodeBException told(CodeBException failure) {
        if (failure instanceof CommandFailedException ended) {
            CommandFailedException harmless = new CommandFailedException(
                    "psql", ended.exitStatus(), ServerError.withoutStatements(ended.stderrTail()));
            ServerError error = ServerError.fatal(harmless.stderrTail(), lines::isForgiven);
            if (error != null && alone != null) {
                return LoadFailure.of(error, 0, alone, harmless);
            }
            if (error != null) {
                long line = lines.scriptLine(error.line());
                return LoadFailure.of(error, line, heads == null || line == 0 ? "" : heads.of(line), harmless);
            }
            return Diagnosis.of("psql", harmless);
        }
        return Diagnosis.of("psql", failure);
    }

    /** Hears a line on the session's thread, and tells whether it is an answer. */
    private boolean hear(String line) {
        if (line.startsWith(marker + SERVED_BY)) {
            if (watch != null) {
                watch.servedBy(Integer.parseInt(line.substring(marker.length() + SERVED_BY.length() + 1)));
            }
            return false;
        }
        if (!line.startsWith(marker + "#")) {
            return line.startsWith(marker);
        }
        TableName table = filled.poll();
        if (table != null) {
            taken.merge(table, Long.parseLong(line.substring(marker.length() + 1)), Long::sum);
        }
        return false;
    }

    /** A psql that was not brought to its end by {@link #finish()} is killed. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        session.close();
        registration.close();
    }
}

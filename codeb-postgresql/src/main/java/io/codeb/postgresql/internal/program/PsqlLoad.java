package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.ScriptHeads;
import io.codeb.postgresql.internal.script.ScriptLines;
import io.codeb.postgresql.internal.script.ScriptSink;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation with psql: a script of any length goes in, and between its parts questions are asked whose answers
 * come back on stdout, marked by a word that no script can know. So psql is known to have come as far as the last
 * answer.
 *
 * <p>Used by one thread; a second one of its own reads what psql says.
 */
public final class PsqlLoad implements ScriptSink, AutoCloseable {
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
    private static final int MAX_LINE_BYTES = 64 * 1024;

    /** A script of millions of statements that fail is no reason to keep millions of notices. */
    private static final int MAX_NOTICES = 100;

    private final ExecSession session;
    private final String marker;
    private final ScriptLines lines = new ScriptLines();
    private @Nullable ScriptHeads heads;
    private final List<Notice> notices = new ArrayList<>();
    private final Queue<TableName> filled = new ConcurrentLinkedQueue<>();
    private final Map<TableName, Long> taken = new ConcurrentHashMap<>();
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final Thread reader;
    private final Cancellation cancellation;
    private volatile @Nullable CodeBException failure;
    private boolean finished;

    /**
     * Starts psql.
     *
     * @param target which database
     * @param cancellation ends it early
     */
    public PsqlLoad(DatabaseTarget target, Cancellation cancellation) {
        this.cancellation = cancellation;
        this.marker = "codeb-" + HexFormat.of().formatHex(random(16));
        this.session = target.runtime()
                .exec(
                        target.container(),
                        LibpqEnvironment.command(target, "psql", ARGUMENTS).withStdin(),
                        cancellation);
        this.reader = new Thread(this::listen, "codeb-psql-" + target.database());
        reader.setDaemon(true);
        reader.start();
    }

    public static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Where the scanner of the script keeps what an error will be told with. */
    public ScriptHeads heads() {
        if (heads == null) {
            heads = new ScriptHeads();
        }
        return heads;
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
        lines.forgive();
        statement("\n\\echo " + marker + "|:ERROR|:SQLSTATE|:LAST_ERROR_MESSAGE");
        String[] outcome = answers().get(0).split("\\|", 3);
        statement("\\set ON_ERROR_ROLLBACK off\n\\set ON_ERROR_STOP 1");
        if (!outcome[0].equals("true")) {
            return;
        }
        ServerError error = new ServerError(line, outcome[1], outcome[2], "", "", "");
        if (!sqlStates.contains(error.state())) {
            throw LoadFailure.of(error, lines.scriptLine(line), what, null);
        }
        addNotice(new Notice(
                "tolerated-error",
                what + " in line " + lines.scriptLine(line) + " of the script did nothing: " + error.message()));
    }

    /** Lets psql tell how many rows the server has taken, and does not wait for it. */
    @Override
    public void rowsEnded(TableName table) {
        filled.add(table);
        statement("\\echo " + marker + "#:ROW_COUNT");
    }

    /** How many rows the server says it has taken by COPY so far, by table; up to date after a question. */
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

    /**
     * Hands a whole statement of our own to psql.
     *
     * @param sql ends in a semicolon
     */
    public void statement(String sql) {
        String text = sql + "\n";
        lines.own(text.chars().filter(c -> c == '\n').count());
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(ByteBuffer script) {
        throwIfFailed();
        try {
            session.stdin().write(script);
        } catch (CodeBException e) {
            throw whyItStopped(e);
        }
    }

    /**
     * Asks psql, and waits for the answer and so for everything before it.
     *
     * @param queries what stands behind SELECT; their values have neither line ends nor, but for the last one of a row,
     *     bars in them
     * @return the rows in the order of the queries, each with bars between its values
     */
    public List<String> ask(List<String> queries) {
        for (String query : queries) {
            statement("SELECT '" + marker + "', " + query + ";");
        }
        return answers();
    }

    /**
     * Asks psql what a query answers.
     *
     * @param query what stands behind SELECT; answers what stands behind SELECT in as many queries
     * @return their rows, as {@link #ask(List)} does
     */
    public List<String> askWhatItAnswers(String query) {
        statement("SELECT 'SELECT ''" + marker + "'', ' || " + query + " \\gexec");
        return answers();
    }

    private List<String> answers() {
        statement("SELECT '" + marker + ".';");
        List<String> answers = new ArrayList<>();
        while (true) {
            Said next = await();
            if (next.line().startsWith(marker + "|")) {
                answers.add(next.line().substring(marker.length() + 1));
            } else if (next.line().equals(marker + ".")) {
                return answers;
            } else if (next.end()) {
                throwIfFailed();
                throw new ContainerException(ErrorCode.EXEC_LOST, "psql ended before it answered", "run it again");
            }
        }
    }

    /**
     * Ends the conversation, and proves that psql went through all of it: it answers the last question only then. What
     * goes wrong after that answer changes nothing any more.
     */
    public void finish() {
        ask(List.of());
        finished = true;
        try {
            session.stdin().finish();
            while (!await().end()) {
                // What psql says after the last answer is of no interest.
            }
        } catch (CodeBException e) {
            LOG.debug("psql did not end well after all was done", e);
        }
    }

    private Said await() {
        try {
            while (true) {
                Said next = said.poll(1, TimeUnit.SECONDS);
                if (next != null) {
                    return next;
                }
                cancellation.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException(ErrorCode.EXEC_LOST, "interrupted while psql was at work", "run it again", e);
        }
    }

    private void throwIfFailed() {
        CodeBException known = failure;
        if (known != null) {
            throw told(known);
        }
    }

    /** An error of the server's in the terms of the script. */
    private CodeBException told(CodeBException known) {
        if (known instanceof CommandFailedException ended) {
            ServerError error = ServerError.fatal(ended.stderrTail(), lines::isForgiven);
            if (error != null) {
                long line = lines.scriptLine(error.line());
                return LoadFailure.of(error, line, heads == null || line == 0 ? "" : heads.of(line), ended);
            }
        }
        return Diagnosis.of("psql", known);
    }

    /** psql that stops at an error closes its input: its own words say more than the broken stream. */
    private CodeBException whyItStopped(CodeBException brokenStream) {
        try {
            reader.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        CodeBException known = failure;
        return known instanceof CommandFailedException ? told(known) : brokenStream;
    }

    private void listen() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE_BYTES);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (ByteSource stdout = session.stdout()) {
            while (stdout.read(buffer.clear()) != ByteSource.END) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    byte next = buffer.get();
                    if (next == '\n') {
                        hear(line.toString(StandardCharsets.UTF_8));
                        line.reset();
                    } else if (line.size() < MAX_LINE_BYTES) {
                        line.write(next);
                    }
                }
            }
        } catch (CommandFailedException e) {
            failure = new CommandFailedException("psql", e.exitStatus(), ServerError.withoutStatements(e.stderrTail()));
        } catch (CodeBException e) {
            failure = e;
        } finally {
            said.add(new Said("", true));
        }
    }

    private void hear(String line) {
        if (line.startsWith(marker + "#")) {
            TableName table = filled.poll();
            if (table != null) {
                taken.merge(table, Long.parseLong(line.substring(marker.length() + 1)), Long::sum);
            }
        } else if (line.startsWith(marker)) {
            said.add(new Said(line, false));
        }
    }

    @Override
    public void close() {
        if (!finished) {
            session.stdin().abort(new IllegalStateException("the script did not come to its end"));
        }
        session.close();
        try {
            reader.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Said(String line, boolean end) {}
}

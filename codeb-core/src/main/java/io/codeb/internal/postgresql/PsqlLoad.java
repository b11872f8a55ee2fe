package io.codeb.internal.postgresql;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation with psql: a script of any length goes in, and between its parts questions are asked whose answers come
 * back on stdout, marked by a word that no script can know. So psql is known to have come as far as the last answer.
 *
 * <p>Used by one thread; a second one of its own reads what psql says.
 */
final class PsqlLoad implements AutoCloseable {
    /** No start-up file, no decoration, the first error ends it, messages with SQLSTATE and line. */
    static final List<String> ARGUMENTS = List.of(
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--no-password",
            "--set=ON_ERROR_STOP=1",
            "--set=VERBOSITY=verbose",
            "--set=SHOW_CONTEXT=never",
            "--file=-");

    private static final Logger LOG = LoggerFactory.getLogger(PsqlLoad.class);
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final ExecSession session;
    private final String marker;
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
    PsqlLoad(DatabaseTarget target, Cancellation cancellation) {
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

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /**
     * Hands a piece of script to psql. Blocks while psql is busy.
     *
     * @param script any part of it
     */
    void write(ByteBuffer script) {
        throwIfFailed();
        try {
            session.stdin().write(script);
        } catch (CodeBException e) {
            throw whyItStopped(e);
        }
    }

    /**
     * Hands a whole statement to psql.
     *
     * @param sql ends in a semicolon
     */
    void statement(String sql) {
        write(ByteBuffer.wrap((sql + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Asks psql, and waits for the answer and so for everything before it.
     *
     * @param queries what stands behind SELECT; their values have neither line ends nor, but for the last one of a row,
     *     bars in them
     * @return the rows in the order of the queries, each with bars between its values
     */
    List<String> ask(List<String> queries) {
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
    List<String> askWhatItAnswers(String query) {
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
    void finish() {
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
            throw Diagnosis.of("psql", known);
        }
    }

    /** psql that stops at an error closes its input: its own words say more than the broken stream. */
    private CodeBException whyItStopped(CodeBException brokenStream) {
        try {
            reader.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        CodeBException known = failure;
        return known instanceof CommandFailedException ? Diagnosis.of("psql", known) : brokenStream;
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
        } catch (CodeBException e) {
            failure = e;
        } finally {
            said.add(new Said("", true));
        }
    }

    private void hear(String line) {
        if (line.startsWith(marker)) {
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

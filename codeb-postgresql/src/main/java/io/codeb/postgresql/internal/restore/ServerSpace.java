package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.tool.ToolOutput;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room the file system of a server's data directory has. No SQL tells it: it is asked where the server's
 * programs run, and believed only where what is there is this very server's directory.
 */
final class ServerSpace {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSpace.class);

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    /** The first two lines are the number of the server's first process and the directory. */
    private static final String SCRIPT = "cat \"$1/postmaster.pid\" && df -Pk \"$1/base\"";

    private static final int START_LINE = 2;
    private static final int PORT_LINE = 3;

    /** The file has when the process began, the server when it was ready to begin: a second later, or a few. */
    private static final long SAME_START_SECONDS = 60;

    /** Size, used, available, and how much that is, of the file system. */
    private static final Pattern AVAILABLE = Pattern.compile("\\s\\d+\\s+\\d+\\s+(\\d+)\\s+\\d+%\\s");

    private ServerSpace() {}

    /**
     * What a server says of its own directory.
     *
     * @param directory where it is
     * @param startedAt since when the server runs, in seconds since 1970
     * @param port where it listens
     */
    record Directory(String directory, long startedAt, int port) {}

    /**
     * Asks.
     *
     * @param own what the server says; empty where the user may not know it
     * @return bytes; empty where nobody can tell
     */
    static OptionalLong free(DatabaseTarget target, Optional<Directory> own, Cancellation cancellation) {
        String host = target.host();
        boolean beside = host == null || host.startsWith("/") || LOOPBACK.contains(host);
        if (own.isEmpty() || !beside) {
            return OptionalLong.empty();
        }
        ToolHost tools = target.server().tools();
        String run = tools.run();
        ExecSpec look = ExecSpec.of(
                        List.of("sh", "-c", SCRIPT, "codeb", own.get().directory()))
                .withEnvironment("LC_ALL", "C");
        try {
            String said = ToolOutput.read(tools, run == null ? look : look.ofRun(run), LIMIT, cancellation);
            return read(said, own.get());
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            LOG.debug("how much room there is in {} cannot be told", own.get().directory(), e);
            return OptionalLong.empty();
        }
    }

    /** Reads what the script says. */
    static OptionalLong read(String said, Directory own) {
        List<String> lines = said.lines().map(String::strip).toList();
        if (lines.size() <= PORT_LINE
                || !lines.get(PORT_LINE).equals(Integer.toString(own.port()))
                || !lines.get(START_LINE).matches("\\d{1,12}")
                || Math.abs(Long.parseLong(lines.get(START_LINE)) - own.startedAt()) > SAME_START_SECONDS) {
            return OptionalLong.empty();
        }
        Matcher available = AVAILABLE.matcher(said);
        OptionalLong free = OptionalLong.empty();
        while (available.find()) {
            free = kibibytes(available.group(1));
        }
        return free;
    }

    private static OptionalLong kibibytes(String digits) {
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(digits), 1024L));
        } catch (NumberFormatException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}

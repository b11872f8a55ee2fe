package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.IdleWatch;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.program.PostgresVersion;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.io.WorkThread;
import io.codeb.spi.runtime.ExecSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The script that pg_restore makes of an archive as the archive goes in. It ends only when the archive has come to its
 * proven end and pg_restore is proven to have ended well.
 *
 * <p>Read by one thread; a second one of its own feeds pg_restore.
 */
final class ArchiveScript implements ByteSource {
    private static final String PROGRAM = "pg_restore";
    private static final Pattern NEWER_ARCHIVE = Pattern.compile("unsupported version \\([0-9.]+\\) in file header");
    private static final Pattern CUT = Pattern.compile("end of file|could not find block|could not find header");
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final DatabaseTarget target;
    private final ByteSource archive;
    private final String name;
    private final ArchiveHead head;
    private final Cancellation cancellation;
    private final IdleWatch idle;
    private final ExecSession session;
    private final Thread feeder;
    private volatile @Nullable RuntimeException archiveFailure;
    private volatile boolean closed;

    /**
     * Starts pg_restore.
     *
     * @param target where it runs; it does not connect to the database
     * @param archive the archive; read, and not closed, by a thread of this script's
     * @param head what its first bytes say of it
     * @param name names it in messages
     * @param options for pg_restore: which part of it is wanted, and how
     * @param cancellation ends it early
     */
    ArchiveScript(
            DatabaseTarget target,
            ByteSource archive,
            ArchiveHead head,
            String name,
            List<String> options,
            Cancellation cancellation) {
        this.target = target;
        this.archive = archive;
        this.head = head;
        this.name = name;
        this.cancellation = cancellation;
        List<String> arguments = new ArrayList<>(List.of("--file=-"));
        arguments.addAll(options);
        this.idle = new IdleWatch(target.server().tools().idleLimit(), cancellation);
        try {
            this.session = target.runtime()
                    .exec(
                            target.container(),
                            LibpqEnvironment.command(target, PROGRAM, arguments).withStdin(),
                            idle.cancellation());
        } catch (CodeBException e) {
            idle.close();
            throw Diagnosis.of(PROGRAM, e);
        } catch (RuntimeException | Error e) {
            idle.close();
            throw e;
        }
        this.feeder = WorkThread.of(PROGRAM, this::feed);
        feeder.start();
    }

    private void feed() {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
            TarEnd end = new TarEnd();
            boolean wanted = true;
            while (fetched(buffer.clear())) {
                cancellation.throwIfCancelled();
                end.follow(buffer.flip());
                wanted = wanted && taken(buffer);
            }
            if (head.tar() && !end.seen()) {
                throw cut(name + " is a tar file without its end", null);
            }
            if (wanted) {
                finish();
            }
        } catch (RuntimeException e) {
            archiveFailure = e;
            session.stdin().abort(e);
        }
    }

    /** Reads on in the archive, which pg_restore waits for meanwhile. */
    private boolean fetched(ByteBuffer buffer) {
        idle.starved(true);
        try {
            return archive.read(buffer) != END;
        } finally {
            idle.starved(false);
        }
    }

    /**
     * pg_restore does not read what stands behind the last thing it wants, as a tar file has it; the archive is read to
     * its end all the same, since only there its digest is compared.
     */
    private boolean taken(ByteBuffer piece) {
        try {
            session.stdin().write(piece);
            return true;
        } catch (ContainerException | CommandFailedException e) {
            if (closed) {
                throw e;
            }
            return false;
        }
    }

    private void finish() {
        try {
            session.stdin().finish();
        } catch (ContainerException | CommandFailedException e) {
            // How it has ended, its output says.
        }
    }

    @Override
    public int read(ByteBuffer dst) {
        try {
            int count = given(dst);
            if (count == END) {
                awaitArchive();
            }
            return count;
        } catch (CodeBException e) {
            RuntimeException first = archiveFailure;
            throw first == null ? whyItStopped(e) : first;
        }
    }

    private int given(ByteBuffer dst) {
        idle.awaited(true);
        try {
            return session.stdout().read(dst);
        } finally {
            idle.awaited(false);
        }
    }

    private void awaitArchive() {
        try {
            while (feeder.isAlive()) {
                cancellation.throwIfCancelled();
                feeder.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException(
                    ErrorCode.EXEC_LOST, "interrupted while " + name + " was read", "run it again", e);
        }
        RuntimeException failure = archiveFailure;
        if (failure != null) {
            throw failure;
        }
    }

    private CodeBException whyItStopped(CodeBException failure) {
        if (idle.isOver()) {
            return new EngineException(
                    ErrorCode.EXEC_IDLE,
                    "pg_restore, which makes a script of " + name + ", moved no byte for "
                            + TimedCancellation.text(target.server().tools().idleLimit()) + " and was ended",
                    "look at what it waits for, or allow it more time with idleLimit(…)",
                    failure);
        }
        if (failure instanceof CommandFailedException ended) {
            if (NEWER_ARCHIVE.matcher(ended.stderrTail()).find()) {
                return new EngineException(
                        ErrorCode.VERSION_MISMATCH,
                        name + " is " + head + ", which is newer than what the server's pg_restore reads: " + version(),
                        "install newer client programs beside the server, or make the dump as a plain script",
                        failure);
            }
            if (CUT.matcher(ended.stderrTail()).find()) {
                return cut(
                        name + " is cut, says pg_restore: " + ended.stderrTail().strip(), failure);
            }
        }
        return Diagnosis.of(PROGRAM, failure);
    }

    /** That the archive is newer is known; to say what pg_restore is, it must answer once more. */
    private String version() {
        try {
            return PostgresVersion.of(target, PROGRAM, cancellation).text();
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            return "its version is not known (" + e.getMessage() + ")";
        }
    }

    private static IntegrityException cut(String problem, @Nullable Throwable cause) {
        return new IntegrityException(
                ErrorCode.TRUNCATED, problem, "the file or stream was cut; make or fetch it again", cause);
    }

    @Override
    public void close() {
        closed = true;
        session.close();
        idle.close();
        try {
            feeder.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

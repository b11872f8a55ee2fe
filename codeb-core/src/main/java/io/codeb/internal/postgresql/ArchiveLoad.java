package io.codeb.internal.postgresql;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.internal.io.Transfer;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ExecSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Feeds a custom archive to pg_restore, which stops at the first error. */
final class ArchiveLoad {
    private ArchiveLoad() {}

    /**
     * Loads an archive.
     *
     * @param target which database
     * @param archive the archive; read to its proven end
     * @param oneTransaction whether all of it is one transaction
     * @param cancellation ends it early
     * @param moved hears how many bytes have been moved so far
     */
    static void run(
            DatabaseTarget target,
            ByteSource archive,
            boolean oneTransaction,
            Cancellation cancellation,
            LongConsumer moved) {
        List<String> arguments = new ArrayList<>(List.of("--exit-on-error", "--no-password"));
        arguments.add("--dbname=dbname=" + SqlText.conninfoValue(target.database()));
        if (oneTransaction) {
            arguments.add("--single-transaction");
        }
        try (ExecSession session = target.runtime()
                .exec(
                        target.container(),
                        LibpqEnvironment.command(target, "pg_restore", arguments)
                                .withStdin(),
                        cancellation)) {
            CompletableFuture<@Nullable Void> end = endOf(session);
            try {
                Transfer.all(archive, session.stdin(), cancellation, moved);
                session.stdin().finish();
            } catch (CodeBException e) {
                session.stdin().abort(e);
                throw whyItStopped(end, e);
            }
            join(end);
        } catch (CodeBException e) {
            throw Diagnosis.of("pg_restore", e);
        }
    }

    private static CompletableFuture<@Nullable Void> endOf(ExecSession session) {
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (ByteSource stdout = session.stdout()) {
                        Transfer.all(stdout, new io.codeb.internal.io.NullSink(), new Cancellation(), bytes -> {});
                        end.complete(null);
                    } catch (RuntimeException e) {
                        end.completeExceptionally(e);
                    }
                },
                "codeb-pg_restore");
        reader.setDaemon(true);
        reader.start();
        return end;
    }

    private static void join(CompletableFuture<@Nullable Void> end) {
        try {
            end.join();
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof CodeBException known) {
                throw known;
            }
            throw e;
        }
    }

    /** pg_restore that stops at an error closes its input: its own words say more than the broken stream. */
    private static CodeBException whyItStopped(CompletableFuture<@Nullable Void> end, CodeBException brokenStream) {
        try {
            end.get(10, TimeUnit.SECONDS);
            return brokenStream;
        } catch (ExecutionException e) {
            return e.getCause() instanceof CommandFailedException known && known.exitStatus() < 128
                    ? known
                    : brokenStream;
        } catch (TimeoutException e) {
            return brokenStream;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return brokenStream;
        }
    }
}

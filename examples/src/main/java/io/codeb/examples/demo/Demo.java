package io.codeb.examples.demo;

import io.codeb.CodeB;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Backs a database up, verifies the backup, restores it and compares what came back, and says how long each step took.
 *
 * <p>What it works on is in the environment; {@code dev/demo} sets that up. It ends with the exit status of the error's
 * {@link ErrorCode}.
 */
public final class Demo {
    private static final long PATIENCE_SECONDS = 8;

    private Demo() {}

    /**
     * Runs the demo.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Cancellation cancellation = new Cancellation();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cancelAndWait(cancellation, ended)));
        int status = run(cancellation);
        ended.countDown();
        System.exit(status);
    }

    /** On Ctrl-C the run ends the dump in the container and removes what it has written, before the process ends. */
    private static void cancelAndWait(Cancellation cancellation, CountDownLatch ended) {
        cancellation.cancel("the demo was interrupted");
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("demo: the run does not end; what it leaves, a sweep removes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int run(Cancellation cancellation) {
        try {
            Settings settings = Settings.from(System.getenv());
            ProgressLine progress = new ProgressLine(System.out, settings.terminal());
            try (CodeB codeb = CodeB.builder()
                    .repository(settings.repository())
                    .project(settings.source())
                    .project(settings.copy())
                    .listener(progress)
                    .build()) {
                boolean equal = new Tour(codeb, settings, progress, System.out, cancellation).run();
                return equal ? 0 : ErrorCode.RESTORE_DIFFERS.exitStatus();
            }
        } catch (CodeBException e) {
            System.err.println("demo: " + e.getMessage());
            if (!e.hint().isEmpty()) {
                System.err.println("demo: " + e.hint());
            }
            return e.code().exitStatus();
        }
    }
}

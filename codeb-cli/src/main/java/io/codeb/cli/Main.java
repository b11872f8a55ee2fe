package io.codeb.cli;

import io.codeb.model.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where the process begins. A signal to end cancels what goes on, and the process ends when that has cleaned up. */
public final class Main {
    private Main() {}

    /**
     * Runs one command, and ends the process with its status.
     *
     * @param arguments as the shell has them
     */
    public static void main(String[] arguments) {
        Cancellation cancellation = new Cancellation();
        App app = new App(Terminal.ofProcess(), System.getenv(), cancellation);
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(app, done), "codeb-end"));
        int status = 1;
        try {
            status = app.run(arguments);
        } finally {
            done.countDown();
        }
        // Waits for ever where a signal has begun the end already, which then goes on.
        System.exit(status);
    }

    private static void end(App app, CountDownLatch done) {
        if (done.getCount() == 0) {
            return;
        }
        long patience = app.patience().toSeconds();
        app.cancellation().cancel("the process was told to end");
        try {
            if (!done.await(patience, TimeUnit.SECONDS)) {
                System.err.println("codeb: what was begun has not ended in " + patience + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An application that works on the same server all the while, in a database of its own: the transactions of pgbench, at
 * a steady rate, so that who has to wait cannot ask less.
 */
final class Neighbour {
    /** How many transactions are due in a second. */
    static final int RATE = 200;

    private static final String DATABASE = "bank";
    private static final int SCALE = 10;
    private static final Duration WARM = Duration.ofSeconds(3);
    private static final Duration ALONE = Duration.ofSeconds(15);
    /** pgbench writes its log in blocks: what it notes within this time is written. */
    private static final Duration BEHIND = Duration.ofSeconds(5);

    private final Shop shop;

    /**
     * How long 99 of 100 transactions took at the most.
     *
     * @param alone before, in milliseconds
     * @param beside while the other one worked, in milliseconds
     * @param seconds how long that was
     */
    record Wait(double alone, double beside, double seconds) {
        /** By which share they took longer. */
        double rise() {
            return beside / alone - 1;
        }
    }

    Neighbour(Shop shop) {
        this.shop = shop;
    }

    /** Makes its database. */
    void moveIn() {
        shop.makeAnew(DATABASE);
        shop.command("pgbench -i -q -s " + SCALE + " " + DATABASE + " 2>pgbench.log")
                .run();
    }

    /** Lets somebody work beside it. */
    Wait beside(Runnable work) {
        shop.command("rm -rf waits && mkdir waits").run();
        Process application = shop.command("exec pgbench -n -c 4 -j 1 -R " + RATE
                        + " -T 86400 --log --log-prefix=waits/of " + DATABASE + " 2>pgbench.log")
                .start(ProcessBuilder.Redirect.DISCARD);
        try {
            goOn(application, WARM);
            Instant before = Instant.now();
            goOn(application, ALONE);
            Instant start = Instant.now();
            work.run();
            Instant end = Instant.now();
            goOn(application, BEHIND);
            Latencies all = end(application);
            if (!all.reach(end)) {
                throw new ConfigException("pgbench has not noted all that it did", "");
            }
            return new Wait(
                    all.between(before, start).p99(),
                    all.between(start, end).p99(),
                    Duration.between(start, end).toMillis() / 1e3);
        } finally {
            application.destroyForcibly();
        }
    }

    private static void goOn(Process application, Duration time) {
        try {
            if (application.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ConfigException("pgbench has ended by itself", "look at what it says");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted", "");
        }
    }

    private Latencies end(Process application) {
        application.destroy();
        application.onExit().join();
        try (Stream<Path> files = Files.list(shop.directory().resolve("waits"))) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                // Behind the last line end it was ended while it wrote.
                text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(lines::add);
            }
            return Latencies.of(lines);
        } catch (IOException e) {
            throw new ConfigException("what pgbench has noted cannot be read: " + e.getMessage(), "");
        }
    }
}

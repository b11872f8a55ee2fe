package io.codeb.it;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.ScheduledJob;
import io.codeb.event.Event;
import io.codeb.schedule.CronLine;
import io.codeb.schedule.jdbc.ClusterNode;
import io.codeb.schedule.jdbc.ClusteredSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** A node of an application, in a process of its own that can be killed: it does what is due until it is ended. */
final class ClusterProcess {
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private ClusterProcess() {}

    /** Begins one; its log and what it has begun are beside the repository, under its name. */
    static Process start(HostPostgres server, Path repository, CronLine line, String name) throws IOException {
        return ChildJvm.start(
                ClusterProcess.class,
                repository.resolveSibling(name + ".log"),
                Integer.toString(server.port()),
                repository.toString(),
                line.text(),
                begun(repository, name).toString());
    }

    /** A line for each backup that a node has begun. */
    static Path begun(Path repository, String name) {
        return repository.resolveSibling(name + ".begun");
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(args[0]);
        Path begun = Path.of(args[3]);
        Files.createFile(begun);
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            try {
                boolean unused = ended.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        PGSimpleDataSource source = HostPostgres.dataSource(port);
        source.setDatabaseName("postgres");
        try (CodeB codeb = CodeB.builder()
                        .repository(BackupRepository.at(Path.of(args[1])))
                        .project(HostPostgres.project(port, "app"))
                        .schedule(ScheduledJob.backup("shop", CronLine.of(args[2])))
                        .listener(event -> note(begun, event))
                        .build();
                ClusterNode node = ClusteredSchedule.on(source)
                        .pollingEvery(Duration.ofMillis(500))
                        .heartbeatEvery(HEARTBEAT)
                        .start(codeb)) {
            told.await();
            System.out.println("all had ended: " + node.stop(Duration.ZERO));
        } finally {
            ended.countDown();
        }
    }

    private static void note(Path begun, Event event) {
        if (event instanceof Event.Started started) {
            try {
                Files.writeString(begun, started.at() + "\n", StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}

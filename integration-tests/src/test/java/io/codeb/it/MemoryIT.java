package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.VerifyReport;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backup, its verification and its restore take a bounded amount of memory, whatever the size of the database. */
class MemoryIT {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final long LIMIT_BYTES = 256 * MEBIBYTE;

    /** As which a row is dumped. It rests compressed, so that making it takes little. */
    private static final int ROW_BYTES = 40_000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"sql,2048", "parallel,384"})
    void whatIsMuchLargerThanTheHeapPassesThroughIt(String mode, long mebibytes) throws Exception {
        PostgresServer server = PostgresServer.shared(15);
        server.createDatabase("memory");
        long rows = mebibytes * MEBIBYTE / ROW_BYTES + 1;
        server.sql("memory", "CREATE TABLE t (g integer, filler text)");
        if (mode.equals("parallel")) {
            // What rests compressed is in few pieces.
            server.sql("memory", "ALTER TABLE t ALTER filler SET STORAGE EXTERNAL");
        }
        server.sql(
                "memory",
                "INSERT INTO t SELECT g, repeat('0123456789abcdef', " + ROW_BYTES / 16 + ") FROM generate_series(1, "
                        + rows + ") g");
        Path log = directory.resolve("child.log");
        Process child = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        server.container().getContainerId(),
                        directory.resolve("repository").toString(),
                        mode,
                        Long.toString(rows)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(child.waitFor(10, TimeUnit.MINUTES)).as("the child ends").isTrue();
        } finally {
            child.destroyForcibly().waitFor();
        }
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(child.exitValue()).as(said).isZero();
        System.out.println(
                said.lines().filter(line -> line.startsWith("memory:")).toList());
        server.sql("postgres", "DROP DATABASE memory_copy");
        server.sql("postgres", "DROP DATABASE memory");
    }

    /** Runs with the small heap, and ends with status 1 when it needed too much. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            AtomicLong peak = new AtomicLong();
            long rows = Long.parseLong(args[3]);
            Thread watch = new Thread(() -> watch(peak));
            watch.setDaemon(true);
            watch.start();
            try (CodeB codeb = CodeB.builder()
                    .repository(BackupRepository.at(Path.of(args[1])))
                    .project(io.codeb.Project.postgresql("shop")
                            .container(args[0])
                            .runtime(PostgresServer.runtime())
                            .database("memory")
                            .user(PostgresServer.USER)
                            .password(io.codeb.model.Secret.of(PostgresServer.PASSWORD))
                            .option("mode", args[2])
                            .option("bulk-table", "0")
                            .option("piece", "1")
                            .option("workers", "3"))
                    .build()) {
                BackupResult backup = codeb.backups().run("shop");
                VerifyReport report = codeb.catalog().verify(backup.id());
                RestoreResult restored =
                        codeb.restores().run(RestoreRequest.of(backup.id()).into("memory_copy"));
                long resident = residentPeak();
                System.out.println("memory: heap and direct " + peak.get() / MEBIBYTE + " MiB, resident "
                        + resident / MEBIBYTE + " MiB, for a dump of "
                        + backup.manifest().rawSize() / MEBIBYTE + " MiB");
                boolean good = backup.manifest().rawSize() >= rows * ROW_BYTES
                        && backup.manifest().engine().mode().equals(args[2])
                        && report.ok()
                        && restored.totalRows() == rows
                        && peak.get() < LIMIT_BYTES;
                System.exit(good ? 0 : 1);
            } catch (IOException e) {
                e.printStackTrace();
                System.exit(2);
            }
        }

        private static void watch(AtomicLong peak) {
            List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
            while (true) {
                long heap =
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
                long direct = pools.stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
                peak.accumulateAndGet(heap + direct, Math::max);
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /** By the kernel's account: code, stacks and native memory included. */
        private static long residentPeak() throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }
}

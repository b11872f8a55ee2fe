package io.codeb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.server.Office.Said;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many at once: who follows takes no thread, and what is streamed is nowhere whole. */
@Timeout(120)
class LoadTest {
    private static final int CLIENTS = 200;
    private static final int DUMPS = 4;
    private static final int DUMP = 32 << 20;

    /** What all of them may hold together, their own ends of the connections among it. */
    private static final long MEMORY = 96L << 20;

    /** Those of the server and of its operations, and not one for each client. */
    private static final int THREADS = 90;

    @TempDir
    Path directory;

    private Office office;
    private String all;

    @BeforeEach
    void open() throws Exception {
        Office.commit(directory);
        office = new Office(directory);
        all = office.token(Role.ADMINISTER, "*");
    }

    @AfterEach
    void close() {
        office.close();
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private InputStream dump() throws IOException, InterruptedException {
        HttpResponse<InputStream> dump = office.client.send(
                office.request("/api/projects/blog/db/backup", all).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(dump.statusCode()).isEqualTo(200);
        dump.body().skipNBytes(DUMP / 4);
        return dump.body();
    }

    private CompletableFuture<Integer> list(String path) {
        return office.client
                .sendAsync(office.request(path, all).build(), HttpResponse.BodyHandlers.discarding())
                .thenApply(answer -> {
                    assertThat(answer.statusCode()).as(path).isEqualTo(200);
                    return answer.statusCode();
                });
    }

    @Test
    void manyListAndFollowWhileDumpsAreSent() throws Exception {
        office.letters.texts.put("blog", "0123456789abcdef".repeat(DUMP / 16));
        office.harbour.held = true;
        Said operation = office.post("/api/projects/shop/deploy", all, "{}");
        office.harbour.waiting.await();
        String events = "/api/operations/" + operation.text("/id") + "/events";
        long before = used();

        List<InputStream> dumps = new ArrayList<>();
        for (int i = 0; i < DUMPS; i++) {
            dumps.add(dump());
        }
        List<CompletableFuture<HttpResponse<String>>> followers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            followers.add(
                    office.client.sendAsync(office.request(events, all).build(), HttpResponse.BodyHandlers.ofString()));
        }
        List<CompletableFuture<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            lists.add(list("/api/projects")
                    .thenCompose(status -> list("/api/operations"))
                    .thenCompose(status -> list("/api/projects/shop/backups")));
        }

        assertThat(lists).allSatisfy(status -> assertThat(status.join()).isEqualTo(200));
        assertThat(office.get("/api/projects/blog/db/backup", all).text("/code"))
                .isEqualTo("TOO_MANY_REQUESTS");
        assertThat(followers).noneMatch(CompletableFuture::isDone);
        assertThat(used() - before).isLessThan(MEMORY);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("codeb-server"))
                .hasSizeLessThan(THREADS);

        office.delete("/api/operations/" + operation.text("/id"), all);
        for (InputStream dump : dumps) {
            assertThat(dump.transferTo(OutputStream.nullOutputStream())).isEqualTo(DUMP - DUMP / 4);
        }
        assertThat(followers)
                .allSatisfy(follower -> assertThat(follower.join().body()).contains("event: end"));
    }
}

package io.codeb.tck.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.storage.InMemoryStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyStorageTest {
    private static final ObjectKey KEY = new ObjectKey("shop/backup/manifest.json");
    private static final byte[] CONTENT = "0123456789".getBytes(UTF_8);

    private final FaultyStorage storage = FaultyStorage.around(new InMemoryStorage());

    @Test
    void aCallFailsOnceAndOnlyAtItsNumber() {
        storage.with(StorageFault.fail(StorageCall.STAT).atCall(2));

        assertThat(storage.stat(KEY)).isEmpty();
        assertFails(ErrorCode.STORAGE_FAILED, () -> storage.stat(KEY));
        assertThat(storage.stat(KEY)).isEmpty();
        assertThat(storage.strikes()).isEqualTo(1);
    }

    @Test
    void aFaultOfAKeyLeavesOthersAlone() {
        storage.with(
                StorageFault.fail(StorageCall.FINISH).ofName("manifest.json").throwing(ErrorCode.STORAGE_FULL));

        storage.put(new ObjectKey("shop/backup/entry"), WriteMode.CREATE, CONTENT);
        assertFails(ErrorCode.STORAGE_FULL, () -> storage.put(KEY, WriteMode.CREATE, CONTENT));
        assertThat(storage.stat(KEY)).isEmpty();
    }

    @Test
    void aCommitWhoseAnswerIsLostTookEffect() {
        storage.with(StorageFault.failAfter(StorageCall.FINISH));

        assertFails(ErrorCode.STORAGE_FAILED, () -> storage.put(KEY, WriteMode.CREATE, CONTENT));
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void anUploadFailsAfterSoManyBytes() {
        storage.with(StorageFault.failWriteAt(7));
        ByteBuffer content = ByteBuffer.wrap(CONTENT);

        try (ByteSink upload = storage.begin(KEY, WriteMode.CREATE)) {
            upload.write(ByteBuffer.wrap(CONTENT, 0, 4));
            content.position(4);
            assertFails(ErrorCode.STORAGE_FAILED, () -> upload.write(content));
        }

        assertThat(content.position()).isEqualTo(7);
        assertThat(storage.stat(KEY)).isEmpty();
    }

    @Test
    void aReadEndsTooEarlyAndLies() {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        storage.with(StorageFault.cutReadAt(4));

        assertThat(read()).isEqualTo("0123");
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void aBitOfAReadIsFlippedWhereverTheReadBegins() {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        storage.with(StorageFault.flipReadAt(5, 0).always());

        assertThat(read()).isEqualTo("0123446789");
        try (ByteSource source = storage.open(KEY, 4)) {
            assertThat(new String(BytesSource.readAll(source, 1), UTF_8)).isEqualTo("446789");
        }
    }

    @Test
    void aCallIsHeldUntilItIsReleased() {
        Blockade blockade = new Blockade();
        storage.with(StorageFault.block(StorageCall.FINISH, blockade));

        CompletableFuture<?> put = CompletableFuture.runAsync(() -> storage.put(KEY, WriteMode.CREATE, CONTENT));
        blockade.awaitReached();
        assertThat(storage.stat(KEY)).isEmpty();
        blockade.release();

        put.join();
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void everyCallOfARunCanBeMadeToFailInTurn() {
        List<Integer> struckCalls = new ArrayList<>();
        for (int number = 1; ; number++) {
            FaultyStorage each = FaultyStorage.around(new InMemoryStorage())
                    .with(StorageFault.failAny().atCall(number));
            try {
                each.put(KEY, WriteMode.CREATE, CONTENT);
                each.delete(KEY);
            } catch (StorageException expected) {
                struckCalls.add(number);
            }
            if (each.strikes() == 0) {
                break;
            }
        }

        // begin, write, commit, delete
        assertThat(struckCalls).containsExactly(1, 2, 3, 4);
    }

    @Test
    void equalSeedsFailEqually() {
        assertThat(failuresOfSeed(7)).isEqualTo(failuresOfSeed(7)).isNotEqualTo(failuresOfSeed(8));
        assertThat(failuresOfSeed(7)).hasSizeBetween(100, 300);
    }

    private static List<Integer> failuresOfSeed(long seed) {
        FaultyStorage random = FaultyStorage.around(new InMemoryStorage()).withRandomFailures(seed, 5);
        List<Integer> failures = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            try {
                random.stat(KEY);
            } catch (StorageException e) {
                failures.add(i);
            }
        }
        return failures;
    }

    @Test
    void aHealedStorageFailsNoMore() {
        storage.with(StorageFault.failAny().always());
        assertFails(ErrorCode.STORAGE_FAILED, () -> storage.list(""));

        storage.heal();

        storage.put(KEY, WriteMode.CREATE, CONTENT);
        assertThat(read()).isEqualTo("0123456789");
    }

    private String read() {
        try (ByteSource source = storage.open(KEY, 0)) {
            return new String(BytesSource.readAll(source, 3), UTF_8);
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }
}

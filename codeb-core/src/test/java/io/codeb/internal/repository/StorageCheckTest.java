package io.codeb.internal.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A storage is tried as a backup uses it, and what it does wrong is told as what it is. */
class StorageCheckTest {
    private final InMemoryStorage storage = new InMemoryStorage();
    private final List<String> proven = new ArrayList<>();

    private BackupStore over(FaultyStorage faulty) {
        Codecs codecs = new Codecs(id -> new ZstdCodecProvider())
                .of(BackupRepository.at("memory:tried").zstd(3));
        return BackupStore.of(BackupRepository.at("memory:test"), faulty, codecs);
    }

    private CodeBException failure(StorageFault fault) {
        BackupStore store = over(FaultyStorage.around(storage).with(fault));
        CodeBException failure = catchThrowableOfType(CodeBException.class, () -> store.check(proven::add));
        assertThat(failure).isNotNull();
        return failure;
    }

    @AfterEach
    void nothingIsLeft() {
        try (Stream<?> objects = storage.list("")) {
            assertThat(objects).isEmpty();
        }
    }

    @Test
    void whatWorksIsToldStepByStep() {
        over(FaultyStorage.around(storage)).check(proven::add);

        assertThat(proven).hasSize(3);
        assertThat(proven.get(0)).contains("written", "zstd");
        assertThat(proven.get(1)).contains("read");
        assertThat(proven.get(2)).contains("deleted");
    }

    @Test
    void aStorageThatRefusesToBeWrittenToIsTold() {
        assertThat(failure(StorageFault.failWriteAt(0).throwing(ErrorCode.STORAGE_FULL))
                        .code())
                .isEqualTo(ErrorCode.STORAGE_FULL);
        assertThat(proven).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageCall.class,
            names = {"OPEN", "STAT"})
    void aStorageThatMayOnlyBeWrittenToIsTold(StorageCall call) {
        assertThat(failure(StorageFault.fail(call).throwing(ErrorCode.STORAGE_DENIED))
                        .code())
                .isEqualTo(ErrorCode.STORAGE_DENIED);
        assertThat(proven).isNotEmpty();
    }

    @Test
    void aStorageThatGivesSomethingElseBackIsTold() {
        assertThat(failure(StorageFault.flipReadAt(20, 3)).code()).isIn(ErrorCode.CORRUPT, ErrorCode.TRUNCATED);
        assertThat(proven).hasSize(1);
    }

    /** As radosgw does in a bucket with versions. */
    @Test
    void aStorageThatTakesANameTwiceIsTold() {
        StorageBackend lenient = (StorageBackend) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StorageBackend.class}, (proxy, method, words) -> {
                    if (words != null) {
                        Collections.replaceAll(Arrays.asList(words), WriteMode.CREATE, WriteMode.REPLACE);
                    }
                    return method.invoke(storage, words);
                });
        BackupStore store = over(FaultyStorage.around(lenient));

        assertThatThrownBy(() -> store.check(proven::add))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.hint()).contains("exclusive-create=never"))
                .hasMessageContaining("whose name is taken");
        assertThat(proven).hasSize(2);
    }
}
